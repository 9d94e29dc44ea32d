/** Tests of what people and programs read. */
@NullMarked
package dev.deployctl.output;

import org.jspecify.annotations.NullMarked;
