/** Policy, driven by a simulated fleet in simulated time. */
@NullMarked
package dev.deployctl.rollout;

import org.jspecify.annotations.NullMarked;
