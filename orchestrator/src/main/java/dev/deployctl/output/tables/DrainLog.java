package dev.deployctl.output.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.event.BalancerEvents.BalancerDrained;
import dev.deployctl.event.BalancerEvents.BalancerProgress;
import dev.deployctl.event.BalancerEvents.BalancerUndrained;
import dev.deployctl.event.EventJson;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues.AppRequests;
import dev.deployctl.event.HostValues.BalancerChecks;
import dev.deployctl.event.HostValues.Drained;
import dev.deployctl.model.Durations;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.Json;
import dev.deployctl.output.json.JsonLines;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Terminal;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints how the requests on a host that is being drained come to their end. */
public final class DrainLog {
  private final Page page;
  private final @Nullable JsonLines json;
  private final Host host;

  public DrainLog(PrintWriter out, Terminal terminal, boolean json, Host host) {
    this.page = new Page(out, terminal);
    this.json = json ? new JsonLines(out, Clock.systemUTC()) : null;
    this.host = host;
  }

  /** Prints what has arrived so far. */
  public void progress(BalancerProgress progress) {
    if (json != null) {
      write(json, "drain.progress", progress);
      return;
    }
    Long active = progress.active();
    say(
        Colour.FAINT,
        "… ",
        String.join(
            ", ",
            "after " + Durations.text(Duration.ofMillis(progress.waitedMs())),
            Wording.count(progress.requests(), "request") + " ended",
            (active == null ? "an unknown number" : String.valueOf(active)) + " in progress",
            asked(progress.checks())));
  }

  public void warning(String text) {
    if (json == null) {
      say(Colour.WARN, "! ", text);
    }
  }

  /** Prints whether the host may be rebooted, and if not, why. */
  public void drained(BalancerDrained drained) {
    if (json != null) {
      write(json, "host.drained", drained);
      return;
    }
    if (drained.safe()) {
      say(
          Colour.GOOD,
          "✓ ",
          "no request for "
              + Durations.text(Duration.ofMillis(drained.quietMs()))
              + ", "
              + asked(drained.checks())
              + ": safe to reboot");
      hint("it stays drained until: deployctl undrain " + host.name());
      return;
    }
    say(Colour.WARN, "! ", "drained, and not yet safe to reboot; users are served");
    drained.reasons().forEach(this::detail);
    for (AppRequests app : drained.apps()) {
      detail(
          app.app()
              + ": "
              + Wording.count(app.requests(), "request")
              + " during this call, from "
              + String.join(", ", app.clients()));
    }
    hint(
        "wait on with deployctl drain "
            + host.name()
            + "; deployctl undrain "
            + host.name()
            + " ends the drain");
  }

  /** Prints that load balancers may send requests again. */
  public void undrained(BalancerUndrained undrained) {
    if (json != null) {
      write(json, "host.undrained", undrained);
      return;
    }
    Drained was = undrained.was();
    say(
        Colour.GOOD,
        "✓ ",
        "load balancers are told to send requests"
            + (was == null ? "; it was not drained" : ", " + text(was)));
  }

  /** Returns since when a host is drained, and by whom. */
  static String text(Drained drained) {
    String by = drained.by();
    return "drained since " + Times.text(drained.since()) + (by == null ? "" : " by " + by);
  }

  private static String asked(List<BalancerChecks> checks) {
    return checks.isEmpty()
        ? "no load balancer has asked yet"
        : Wording.count(checks.size(), "load balancer")
            + (checks.size() == 1 ? " was told" : " were told");
  }

  private void say(Colour colour, String mark, String text) {
    page.words(page.line(" ").add(colour, mark).add(host.name() + "  "), text);
    page.flush();
  }

  private void detail(String text) {
    page.words(page.line("     "), text);
    page.flush();
  }

  private void hint(String text) {
    page.words(page.line("     "), Colour.FAINT, text);
    page.flush();
  }

  private void write(JsonLines lines, String type, HostEvent event) {
    ObjectNode object = Json.object();
    object.set("host", Json.host(host));
    ObjectNode fields = EventJson.of(event);
    fields.remove(List.of("seq", "type"));
    object.setAll(fields);
    lines.write(type, object);
  }
}
