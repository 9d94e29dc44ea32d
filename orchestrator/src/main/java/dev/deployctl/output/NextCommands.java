package dev.deployctl.output;

import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.rollout.Release;
import org.jspecify.annotations.Nullable;

/** The commands that tell more, or go on: ready to be copied, with the options of this call. */
final class NextCommands {
  private final App app;
  private final String environment;
  private final HostNames names;

  NextCommands(App app, @Nullable String environment, HostNames names) {
    this.app = app;
    this.environment = environment == null ? "" : " --environment " + word(environment);
    this.names = names;
  }

  String status(Host host) {
    return command("status") + hosts(host);
  }

  String logs(Host host, String release) {
    return command("logs") + hosts(host) + " --release " + word(release);
  }

  String rollback() {
    return command("rollback");
  }

  /** Of one rollout by name: also where another one, such as its own rollback, came later. */
  String rollback(RolloutId rollout) {
    return command("rollback") + " --rollout " + rollout;
  }

  String rollback(Host host) {
    return command("rollback") + hosts(host);
  }

  String rollout(Release release) {
    String tag = release.tag();
    String digest = release.digest();
    if (tag != null) {
      return command("rollout") + " --tag " + word(tag);
    }
    return command("rollout") + (digest == null ? "" : " --digest " + word(digest));
  }

  /** The same command with another image, whose tag the user fills in. */
  String rolloutOfAnother() {
    return command("rollout") + " --tag TAG";
  }

  private String command(String verb) {
    return "deployctl " + verb + " " + app + environment;
  }

  private String hosts(Host host) {
    return " --hosts " + word(names.option(host));
  }

  private static String word(String text) {
    return text.matches("[A-Za-z0-9_./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
