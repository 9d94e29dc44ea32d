/** Tests of the words both programs share. */
@NullMarked
package dev.deployctl.model;

import org.jspecify.annotations.NullMarked;
