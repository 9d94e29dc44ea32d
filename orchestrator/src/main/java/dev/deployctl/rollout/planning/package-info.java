/** Answers of hosts before a rollout, and the parts of a plan: batches, estimates, warnings. */
@NullMarked
package dev.deployctl.rollout.planning;

import org.jspecify.annotations.NullMarked;
