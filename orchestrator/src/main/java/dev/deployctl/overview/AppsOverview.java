package dev.deployctl.overview;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The apps of a configuration over all their hosts.
 *
 * @param apps the one that needs attention first at the top
 * @param answers of all hosts, each of which was asked once
 * @param others by app, hosts where it is live although the configuration does not have it there
 */
public record AppsOverview(
    List<AppSummary> apps, List<HostResult> answers, Map<String, List<Host>> others) {
  public AppsOverview {
    apps = List.copyOf(apps);
    answers = List.copyOf(answers);
    others = Map.copyOf(others);
  }

  /**
   * Summarizes what the hosts answered.
   *
   * @param members the hosts of each app, in the order of the configuration
   */
  public static AppsOverview of(Map<String, List<Host>> members, List<HostResult> answers) {
    Map<String, HostResult> byHost =
        answers.stream().collect(Collectors.toMap(answer -> answer.host().id(), answer -> answer));
    List<AppSummary> apps = new ArrayList<>();
    members.forEach((app, hosts) -> apps.add(new AppFacts(app, hosts, byHost).summary()));
    apps.sort(Comparator.comparing(AppSummary::state)); // stable: else in the configuration's order
    return new AppsOverview(apps, answers, others(members, answers));
  }

  private static Map<String, List<Host>> others(
      Map<String, List<Host>> members, List<HostResult> answers) {
    Map<String, List<Host>> others = new LinkedHashMap<>();
    for (HostResult answer : answers) {
      for (Status status : statuses(answer)) {
        List<Host> known = members.getOrDefault(status.app(), List.of());
        if (!known.contains(answer.host()) && status.serving() != null) {
          others.computeIfAbsent(status.app(), _ -> new ArrayList<>()).add(answer.host());
        }
      }
    }
    return others;
  }

  static List<Status> statuses(HostResult answer) {
    return answer instanceof HostResult.Answered done ? done.events(Status.class) : List.of();
  }
}
