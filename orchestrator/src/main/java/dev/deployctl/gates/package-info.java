/** Gates of a rollout: commands, addresses, alarms and questions, and how each is asked. */
@NullMarked
package dev.deployctl.gates;

import org.jspecify.annotations.NullMarked;
