package dev.deployctl.ui;

import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.page.model.AppView.HostTraffic;
import dev.deployctl.output.page.model.AppView.TrafficRow;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Times;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.overview.ReleaseTraffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the requests that hosts counted into two tables: by release, and by host. */
final class TrafficModel {
  private TrafficModel() {}

  static List<TrafficRow> releases(List<HostResult> answers, HostNames names) {
    return ReleaseTraffic.of(answers).stream().map(traffic -> row(traffic, names)).toList();
  }

  private static TrafficRow row(ReleaseTraffic traffic, HostNames names) {
    ReleaseTraffic.Part slowest = traffic.slowest();
    Requests slow = slowest == null ? null : slowest.requests();
    boolean known = !traffic.hosts().isEmpty();
    return new TrafficRow(
        Wording.release(traffic.release()),
        known ? names.of(traffic.hosts()) : "",
        known ? number(traffic.requests()) : "not known",
        known ? errors(traffic.errors(), traffic.requests()) : "",
        known ? milliseconds(slow == null ? null : slow.p50()) : "",
        known ? milliseconds(slow == null ? null : slow.p95()) : "");
  }

  static List<HostTraffic> hosts(List<HostResult> answers, HostNames names) {
    List<HostTraffic> rows = new ArrayList<>();
    for (ReleaseTraffic traffic : ReleaseTraffic.of(answers)) {
      String release = Wording.label(traffic.release());
      traffic.parts().forEach(part -> rows.add(row(release, part, names)));
    }
    return rows;
  }

  /** Returns sentences about hosts whose requests are not known; those of one reason are one. */
  static List<String> unknown(List<HostResult> answers, HostNames names) {
    Map<String, Set<Host>> reasons = new LinkedHashMap<>();
    for (ReleaseTraffic traffic : ReleaseTraffic.of(answers)) {
      for (ReleaseTraffic.Part part : traffic.parts()) {
        if (part.requests() == null) {
          String why = Objects.requireNonNullElse(part.unknown(), "the host does not say why");
          reasons.computeIfAbsent(why, _ -> new LinkedHashSet<>()).add(part.host());
        }
      }
    }
    List<String> sentences = new ArrayList<>();
    reasons.forEach(
        (why, hosts) ->
            sentences.add("Not known on " + names.of(List.copyOf(hosts)) + ": " + why + "."));
    return sentences;
  }

  private static HostTraffic row(String release, ReleaseTraffic.Part part, HostNames names) {
    Requests requests = part.requests();
    String host = names.of(part.host());
    String since = Times.text(part.since());
    if (requests == null) {
      return new HostTraffic(host, release, since, "not known", "", "", "");
    }
    return new HostTraffic(
        host,
        release,
        since,
        number(requests.requests()),
        errors(requests.errors(), requests.requests()),
        milliseconds(requests.p50()),
        milliseconds(requests.p95()));
  }

  private static String errors(long errors, long requests) {
    return errors == 0
        ? "0"
        : String.format(Locale.ROOT, "%,d (%.2f %%)", errors, 100.0 * errors / requests);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String milliseconds(@Nullable Long time) {
    return time == null ? "–" : number(time) + " ms";
  }
}
