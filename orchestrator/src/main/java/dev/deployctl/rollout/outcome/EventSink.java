package dev.deployctl.rollout.outcome;

/**
 * Where the engine tells what it does. Called from many threads at once; must be quick and must not
 * throw.
 */
public interface EventSink {
  void tell(RolloutEvent event);
}
