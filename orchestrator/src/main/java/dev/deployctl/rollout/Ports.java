package dev.deployctl.rollout;

import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;

/** The ports of the engine: hosts, time, and the receiver of events. */
record Ports(HostAgent agent, Timeline timeline, EventSink sink) {
  void tell(RolloutEvent event) {
    sink.tell(event);
  }
}
