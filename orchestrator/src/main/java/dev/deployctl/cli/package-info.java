/** The commands, one class each. Parses arguments, delegates, maps outcomes to exit codes. */
@NullMarked
package dev.deployctl.cli;

import org.jspecify.annotations.NullMarked;
