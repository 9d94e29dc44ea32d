package dev.deployctl.fleet.command;

import dev.deployctl.model.App;
import java.time.Duration;

/** Calls of the host script that look into an app and its past. */
public final class InspectionCommands {
  private InspectionCommands() {}

  /** Asks how an app is defined. */
  public static HostCommand definition(App app) {
    return HostCommand.of(HostVerb.DEFINITION, app);
  }

  /** Asks for the requests of the last time, by the release that was live when they began. */
  public static HostCommand traffic(App app, Duration since) {
    return HostCommand.of(HostVerb.TRAFFIC, app).option("since", Math.max(1, since.toSeconds()));
  }

  /** Asks what happened to an app between two times that are so long ago. */
  public static HostCommand timeline(App app, Duration since, Duration until) {
    return HostCommand.of(HostVerb.TIMELINE, app)
        .option("since", since.toSeconds())
        .option("until", until.toSeconds());
  }

  /** Asks for the status of all apps that the caller may deploy, and for the memory of the host. */
  public static HostCommand capacity() {
    return HostCommand.status().flag("capacity");
  }

  /** Returns a call for log lines that asks only for lines with a text. */
  public static HostCommand matching(HostCommand logs, SearchText text, boolean ignoreCase) {
    HostCommand matching = logs.option("grep", text.encoded());
    return ignoreCase ? matching.flag("ignore-case") : matching;
  }
}
