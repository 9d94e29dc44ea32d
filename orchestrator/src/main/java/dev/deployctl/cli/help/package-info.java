/** The pages of --help: a short one, and a whole one with --all. */
@NullMarked
package dev.deployctl.cli.help;

import org.jspecify.annotations.NullMarked;
