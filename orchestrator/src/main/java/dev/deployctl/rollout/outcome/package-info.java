/** Plans, events and outcomes of rollouts and rollbacks. */
@NullMarked
package dev.deployctl.rollout.outcome;

import org.jspecify.annotations.NullMarked;
