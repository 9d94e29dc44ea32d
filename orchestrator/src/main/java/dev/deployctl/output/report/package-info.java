/** The end of a rollout: summary, failures, next steps, CI annotations. */
@NullMarked
package dev.deployctl.output.report;

import org.jspecify.annotations.NullMarked;
