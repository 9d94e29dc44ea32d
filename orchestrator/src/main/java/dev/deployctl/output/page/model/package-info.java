/** The values that templates show: text that is ready to be read, and how it is coloured. */
@NullMarked
package dev.deployctl.output.page.model;

import org.jspecify.annotations.NullMarked;
