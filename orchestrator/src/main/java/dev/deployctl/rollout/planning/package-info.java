/** What hosts answer before a rollout, and what a plan is made of: batches, estimates, warnings. */
@NullMarked
package dev.deployctl.rollout.planning;

import org.jspecify.annotations.NullMarked;
