/** Gates as the engine asks them, and its port to what they ask. */
@NullMarked
package dev.deployctl.rollout.gate;

import org.jspecify.annotations.NullMarked;
