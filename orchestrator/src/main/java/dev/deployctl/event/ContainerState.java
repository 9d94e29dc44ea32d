package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/** The state of a container that failed its health check, as Docker reports it. */
record ContainerState(
    @WhenAbsent("unknown") String state,
    @Nullable Integer exitCode,
    int restarts,
    boolean oomKilled) {
  /** Returns a sentence for people. */
  @Override
  public String toString() {
    String ended = exitCode == null || state.equals("running") ? "" : ", exit code " + exitCode;
    return state
        + ended
        + ", "
        + restarts
        + " restarts, "
        + (oomKilled ? "out of memory" : "not out of memory");
  }
}
