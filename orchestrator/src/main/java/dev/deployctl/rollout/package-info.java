/**
 * Policy: plan, batches, budget, engine, outcomes. Knows its ports; prints nothing, connects to
 * nothing.
 */
@NullMarked
package dev.deployctl.rollout;

import org.jspecify.annotations.NullMarked;
