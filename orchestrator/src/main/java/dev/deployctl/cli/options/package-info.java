/** Groups of options that several commands have, and the types of their values. */
@NullMarked
package dev.deployctl.cli.options;

import org.jspecify.annotations.NullMarked;
