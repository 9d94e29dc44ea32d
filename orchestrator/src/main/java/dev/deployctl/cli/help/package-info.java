/** The pages of --help, a short one and a whole one with --all; and errors of the command line. */
@NullMarked
package dev.deployctl.cli.help;

import org.jspecify.annotations.NullMarked;
