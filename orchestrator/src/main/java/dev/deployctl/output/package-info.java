/** The output of a rollout from the plan to the summary, in the form that was asked for. */
@NullMarked
package dev.deployctl.output;

import org.jspecify.annotations.NullMarked;
