package dev.deployctl.rollout;

import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;

/** What the engine has of the world outside: hosts, time, and somebody who listens. */
record Ports(HostAgent agent, Timeline timeline, EventSink sink) {
  void tell(RolloutEvent event) {
    sink.tell(event);
  }
}
