package dev.deployctl.output.page.model;

import java.util.List;

/**
 * One app on its hosts.
 *
 * @param remarks sentences about what needs attention
 * @param drift what differs on the hosts from what is recorded
 * @param traffic the requests of each release, the newest first
 * @param trafficUnknown sentences about hosts whose requests are not known
 */
public record AppView(
    String app,
    List<Running> running,
    List<String> remarks,
    List<HostRow> hosts,
    List<Drift> drift,
    List<TrafficRow> traffic,
    List<HostTraffic> trafficByHost,
    List<String> trafficUnknown,
    List<Act> acts,
    List<ScheduleRow> schedules,
    List<FleetView.Problem> problems) {
  public AppView {
    running = List.copyOf(running);
    remarks = List.copyOf(remarks);
    hosts = List.copyOf(hosts);
    drift = List.copyOf(drift);
    traffic = List.copyOf(traffic);
    trafficByHost = List.copyOf(trafficByHost);
    trafficUnknown = List.copyOf(trafficUnknown);
    acts = List.copyOf(acts);
    schedules = List.copyOf(schedules);
    problems = List.copyOf(problems);
  }

  /**
   * A change in progress.
   *
   * @param hosts the hosts that it has locked
   * @param changed how many of them run what it made live
   * @param steps what is done where
   */
  public record Running(String what, String since, String hosts, String changed, String steps) {}

  /** The app on one host. */
  public record HostRow(
      String host,
      String zone,
      Tone tone,
      String state,
      String release,
      String since,
      String by,
      String instances,
      String connections,
      String previous) {}

  /** Something that differs on hosts. */
  public record Drift(String hosts, String text) {}

  /** The requests of one release over its hosts; percentiles are those of the slowest one. */
  public record TrafficRow(
      String release, String hosts, String requests, String errors, String p50, String p95) {}

  /** The requests of one release on one host. */
  public record HostTraffic(
      String host,
      String release,
      String since,
      String requests,
      String errors,
      String p50,
      String p95) {}

  /** A change of the app on its hosts. */
  public record Act(
      String when,
      String did,
      String image,
      Tone tone,
      String outcome,
      String took,
      String by,
      String rollout,
      String why) {}

  /** A schedule on a host. */
  public record ScheduleRow(
      String schedule, String host, String next, String last, Tone tone, String outcome) {}

  /** A line that the app printed. */
  public record LogLine(String when, String host, String from, String text, boolean error) {}
}
