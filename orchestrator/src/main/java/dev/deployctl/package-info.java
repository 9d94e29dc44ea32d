/** The entry of the program, and the wiring of its objects. */
@NullMarked
package dev.deployctl;

import org.jspecify.annotations.NullMarked;
