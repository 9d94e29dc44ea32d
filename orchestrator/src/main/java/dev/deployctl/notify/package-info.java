/** Messages about a rollout to people where they are: Slack, deployments of GitHub. */
@NullMarked
package dev.deployctl.notify;

import org.jspecify.annotations.NullMarked;
