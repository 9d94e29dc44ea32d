/** How a rollout looks: live terminal, plain log, JSON, summary. Reads outcomes and events. */
@NullMarked
package dev.deployctl.output;

import org.jspecify.annotations.NullMarked;
