/** What a user types: one class a command. Parses, delegates, maps outcomes to exit codes. */
@NullMarked
package dev.deployctl.cli;

import org.jspecify.annotations.NullMarked;
