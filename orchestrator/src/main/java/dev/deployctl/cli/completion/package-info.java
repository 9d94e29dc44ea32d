/** Completion of commands, options and names in bash, zsh and fish. */
@NullMarked
package dev.deployctl.cli.completion;

import org.jspecify.annotations.NullMarked;
