/** Computes which hosts have room for the containers of an app, as a scheduler would. */
@NullMarked
package dev.deployctl.placement;

import org.jspecify.annotations.NullMarked;
