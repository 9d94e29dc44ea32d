package dev.deployctl.rollout;

/** What the engine has of the world outside: hosts, time, and somebody who listens. */
record Ports(HostAgent agent, Timeline timeline, EventSink sink) {
  void tell(RolloutEvent event) {
    sink.tell(event);
  }
}
