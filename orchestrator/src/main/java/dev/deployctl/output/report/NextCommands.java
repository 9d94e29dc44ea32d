package dev.deployctl.output.report;

import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.ReleaseCommand;
import dev.deployctl.rollout.outcome.Step;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The commands that tell more, or go on: ready to be copied, with the options of this call. */
public final class NextCommands {
  private final App app;
  private final String environment;
  private final String narrowing;
  private final String again;
  private final HostNames names;

  /** The commands of a call that has no options to carry on but its environment. */
  public NextCommands(App app, @Nullable String environment, HostNames names) {
    this(app, new Invocation("", environment, List.of(), List.of()), names);
  }

  public NextCommands(App app, Invocation call, HostNames names) {
    String overlay = call.environment();
    this.app = app;
    this.environment = overlay == null ? "" : " --environment " + word(overlay);
    this.narrowing = words(call.narrowing());
    this.again = words(call.again());
    this.names = names;
  }

  /**
   * Returns the command that tells more about a failure, or undoes it; null where there is none.
   *
   * @param run the run of the release command, null where none was started
   */
  public @Nullable String after(HostOutcome outcome, ReleaseCommand.@Nullable Run run) {
    return switch (outcome) {
      case HostOutcome.Failed failed -> after(failed, run);
      case HostOutcome.Unreachable _, HostOutcome.Unknown _ -> status(outcome.host());
      case HostOutcome.RollbackFailed failed -> rollback(failed.host());
      default -> null;
    };
  }

  private @Nullable String after(HostOutcome.Failed failed, ReleaseCommand.@Nullable Run run) {
    if (run != null && Step.RELEASE.equals(failed.step())) {
      return run.ended() ? history(failed.host()) : attach(failed.host(), run.run());
    }
    Release tried = failed.tried();
    ReleaseId id = tried == null ? null : tried.id();
    return id == null || failed.error().verdict() == null ? null : logs(failed.host(), id.value());
  }

  private static String words(List<String> words) {
    return words.stream().map(word -> " " + word(word)).collect(Collectors.joining());
  }

  public String status(Host host) {
    return command("status") + hosts(host);
  }

  /**
   * Follows a one-off command.
   *
   * @param run the host's id of it; null for the only one that runs
   */
  public String attach(Host host, @Nullable String run) {
    return command("attach") + hosts(host) + (run == null ? "" : " --run " + word(run));
  }

  public String history(Host host) {
    return command("history") + hosts(host);
  }

  String logs(Host host, String release) {
    return command("logs") + hosts(host) + " --release " + word(release);
  }

  String rollback() {
    return fleet("rollback");
  }

  /** Of one rollout by name: also where another one, such as its own rollback, came later. */
  String rollback(RolloutId rollout) {
    return fleet("rollback") + " --rollout " + rollout;
  }

  String rollback(Host host) {
    return command("rollback") + hosts(host);
  }

  String promote() {
    return fleet("promote");
  }

  /** Returns the same for these hosts alone. */
  String promote(List<Host> hosts) {
    return command("promote") + hosts(hosts);
  }

  String abandon() {
    return fleet("abandon");
  }

  String abandon(List<Host> hosts) {
    return command("abandon") + hosts(hosts);
  }

  String restart() {
    return fleet("restart");
  }

  String restart(List<Host> hosts) {
    return command("restart") + hosts(hosts);
  }

  String rollout(Release release) {
    return fleet("rollout") + image(release) + again;
  }

  /** Returns the same for these hosts alone. */
  String rollout(Release release, List<Host> hosts) {
    return command("rollout") + hosts(hosts) + image(release) + again;
  }

  private static String image(Release release) {
    if (release.tag() != null) {
      return " --tag " + release.tag();
    }
    return release.digest() == null ? "" : " --digest " + release.digest();
  }

  /** The same command with another image, whose tag the user fills in. */
  String rolloutOfAnother() {
    return fleet("rollout") + " --tag TAG" + again;
  }

  /** For the hosts that this call was about, and no others. */
  private String fleet(String verb) {
    return command(verb) + narrowing;
  }

  private String command(String verb) {
    return "deployctl " + verb + " " + app + environment;
  }

  private String hosts(Host host) {
    return hosts(List.of(host));
  }

  private String hosts(List<Host> hosts) {
    return " --hosts " + word(hosts.stream().map(names::option).collect(Collectors.joining(",")));
  }

  /** Returns a word as a shell reads it. */
  static String word(String text) {
    return text.matches("[A-Za-z0-9_./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
