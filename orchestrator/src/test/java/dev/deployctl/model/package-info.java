/** Tests of the values that both programs share. */
@NullMarked
package dev.deployctl.model;

import org.jspecify.annotations.NullMarked;
