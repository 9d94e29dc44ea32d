package dev.deployctl.output.page.model;

import java.util.List;

/**
 * One app on its hosts.
 *
 * @param running sentences about what is in progress
 * @param remarks sentences about what needs attention
 */
public record AppView(
    String app,
    List<String> running,
    List<String> remarks,
    List<HostRow> hosts,
    List<TrafficRow> traffic,
    List<Act> acts,
    List<ScheduleRow> schedules,
    List<FleetView.Problem> problems) {
  public AppView {
    running = List.copyOf(running);
    remarks = List.copyOf(remarks);
    hosts = List.copyOf(hosts);
    traffic = List.copyOf(traffic);
    acts = List.copyOf(acts);
    schedules = List.copyOf(schedules);
    problems = List.copyOf(problems);
  }

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

  /** The requests of one host since its live release was switched to, and before. */
  public record TrafficRow(
      String host, String requests, String errors, String half, String most, String before) {}

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
