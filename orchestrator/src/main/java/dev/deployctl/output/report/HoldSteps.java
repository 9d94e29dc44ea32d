package dev.deployctl.output.report;

import dev.deployctl.event.Preview;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.util.List;
import java.util.Objects;

/**
 * Prints how to reach a release that hosts hold, and the commands that make it live or remove it.
 * This is the only place where its token is shown to people.
 */
public final class HoldSteps {
  private static final String UNKNOWN_URL = "https://SERVER_NAME/";

  private final Page page;
  private final HostNames names;

  HoldSteps(Page page, HostNames names) {
    this.page = page;
    this.names = names;
  }

  /** Prints how to reach what a rollout left held. */
  void preview(RolloutOutcome outcome) {
    List<HostOutcome.Held> held = held(outcome);
    if (!held.isEmpty()) {
      preview(held);
    }
  }

  /** Finds the commands to go on with, where a rollout left a held release. */
  public static void find(
      RolloutOutcome outcome, NextCommands commands, NextSteps.Listener listener) {
    List<HostOutcome.Held> held = held(outcome);
    if (!held.isEmpty()) {
      String until = held.getFirst().until();
      listener.step(
          "to go live",
          commands.promote(),
          "switches the hosts that hold it, then deploys the others");
      listener.step(
          "to drop it",
          commands.abandon(),
          "removes it" + (until == null ? "" : "; hosts do so at " + Times.text(until) + " UTC"));
    }
  }

  private static List<HostOutcome.Held> held(RolloutOutcome outcome) {
    return outcome.hosts().stream()
        .filter(HostOutcome.Held.class::isInstance)
        .map(HostOutcome.Held.class::cast)
        .toList();
  }

  private void preview(List<HostOutcome.Held> held) {
    List<Host> hosts = held.stream().map(HostOutcome.Held::host).toList();
    Preview preview =
        held.stream()
            .map(HostOutcome.Held::preview)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    if (preview == null) {
      page.words(
          label("preview"),
          "none: the definition of the app has no preview = yes in [vhost], so no request can reach"
              + " the held release");
      return;
    }
    String url = preview.url();
    step(
        "preview",
        "curl -H "
            + NextCommands.word(preview.header() + ": " + preview.token())
            + " "
            + NextCommands.word(url == null ? UNKNOWN_URL : url),
        "shown only now; answered by the held release on " + names.of(hosts) + " alone");
    page.words(label("in a browser"), "cookie " + preview.cookie() + "=" + preview.token());
  }

  private Line label(String word) {
    return page.line("  ").add(Colour.FAINT, word).to(17);
  }

  private void step(String label, String command, String remark) {
    page.items(
        label(label),
        "   ",
        List.of(page.line(command), page.line().add(Colour.FAINT, "(" + remark + ")")));
  }
}
