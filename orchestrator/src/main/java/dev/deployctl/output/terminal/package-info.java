/** Lines, pages, tables and colours of a terminal. */
@NullMarked
package dev.deployctl.output.terminal;

import org.jspecify.annotations.NullMarked;
