package dev.deployctl.fleet;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.OneOffCommand;
import dev.deployctl.model.ArgumentPatterns;
import dev.deployctl.model.Host;
import dev.deployctl.model.RunId;
import java.util.ArrayList;
import java.util.List;

/** A one-off command that runs on a host and can be followed. */
public record RunningCommand(Host host, RunId id, OneOffCommand command) {
  /** The kind of commands that only their own terminal can follow. */
  private static final String CONSOLE = "console";

  /** Returns those that hosts tell of in their status; older hosts give no ids. */
  public static List<RunningCommand> among(List<HostResult> answers) {
    List<RunningCommand> running = new ArrayList<>();
    for (HostResult answer : answers) {
      AnswerEvents.Status status =
          answer instanceof HostResult.Answered answered ? answered.status() : null;
      if (status == null) {
        continue;
      }
      for (OneOffCommand command : status.runs()) {
        String id = command.run();
        boolean console = CONSOLE.equals(command.kind());
        if (id != null && !console && ArgumentPatterns.RUN.matcher(id).matches()) {
          running.add(new RunningCommand(answer.host(), new RunId(id), command));
        }
      }
    }
    return running;
  }

  /** Returns a sentence for people. */
  public String describe() {
    return String.join(" ", command.words()) + " on " + host.name() + ", run " + id;
  }
}
