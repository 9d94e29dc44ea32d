/** Tests of the rollout policy with a simulated fleet in simulated time. */
@NullMarked
package dev.deployctl.rollout;

import org.jspecify.annotations.NullMarked;
