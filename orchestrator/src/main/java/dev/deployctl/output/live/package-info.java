/** The view of a rollout while it runs: live frame and plain log. */
@NullMarked
package dev.deployctl.output.live;

import org.jspecify.annotations.NullMarked;
