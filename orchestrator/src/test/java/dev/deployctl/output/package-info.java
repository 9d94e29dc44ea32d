/** Tests of the output for people and for programs. */
@NullMarked
package dev.deployctl.output;

import org.jspecify.annotations.NullMarked;
