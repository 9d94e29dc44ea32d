/** Commands that set up this program and its hosts, and check what they are set up with. */
@NullMarked
package dev.deployctl.cli.setup;

import org.jspecify.annotations.NullMarked;
