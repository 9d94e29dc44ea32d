@NullMarked
package dev.deployctl.placement;

import org.jspecify.annotations.NullMarked;
