/** The command that lists and changes the environment of an app. */
@NullMarked
package dev.deployctl.cli.env;

import org.jspecify.annotations.NullMarked;
