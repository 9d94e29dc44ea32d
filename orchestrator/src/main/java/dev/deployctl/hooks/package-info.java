/** The user's own commands and webhooks around a rollout, on the workstation. */
@NullMarked
package dev.deployctl.hooks;

import org.jspecify.annotations.NullMarked;
