package dev.deployctl.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds {@code status} events: of an app in socket mode that nobody has locked or changed. */
public final class StatusFixture {
  private final String app;
  private final String state;
  private final HostValues.Instances instances;
  private HostValues.@Nullable Serving serving;
  private HostValues.@Nullable Serving previous;
  private int connections;
  private @Nullable LockHolder lock;
  private List<String> drift = List.of();
  private List<OneOffCommand> runs = List.of();
  private List<HostValues.ProcessInstances> processes = List.of();
  private List<HostValues.RetiringInstance> retiring = List.of();
  private @Nullable HeldRelease held;
  private HostValues.@Nullable DeployFreeze freeze;

  public StatusFixture(String app, String state, HostValues.Instances instances) {
    this.app = app;
    this.state = state;
    this.instances = instances;
  }

  public StatusFixture serving(HostValues.@Nullable Serving release) {
    this.serving = release;
    return this;
  }

  public StatusFixture previous(HostValues.@Nullable Serving release) {
    this.previous = release;
    return this;
  }

  public StatusFixture connections(int number) {
    this.connections = number;
    return this;
  }

  public StatusFixture lock(@Nullable LockHolder holder) {
    this.lock = holder;
    return this;
  }

  public StatusFixture drift(String... differences) {
    this.drift = List.of(differences);
    return this;
  }

  public StatusFixture runs(List<OneOffCommand> commands) {
    this.runs = commands;
    return this;
  }

  public StatusFixture processes(List<HostValues.ProcessInstances> all) {
    this.processes = all;
    return this;
  }

  public StatusFixture retiring(List<HostValues.RetiringInstance> all) {
    this.retiring = all;
    return this;
  }

  public StatusFixture held(@Nullable HeldRelease release) {
    this.held = release;
    return this;
  }

  public StatusFixture freeze(HostValues.DeployFreeze closed) {
    this.freeze = closed;
    return this;
  }

  public AnswerEvents.Status build() {
    return new AnswerEvents.Status(
        1,
        app,
        state,
        serving,
        previous,
        connections,
        "socket",
        lock,
        drift,
        null,
        runs,
        processes,
        retiring,
        null,
        null,
        held,
        freeze,
        instances,
        OtherFields.NONE);
  }
}
