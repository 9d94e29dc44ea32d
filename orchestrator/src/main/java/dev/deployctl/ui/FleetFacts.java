package dev.deployctl.ui;

import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.overview.AppsOverview;
import java.util.List;

/**
 * Asks the hosts for what the pages show. Each method is a call on all hosts, and changes nothing.
 */
public interface FleetFacts {
  /** Returns the names of the apps that have a page. */
  List<String> apps();

  /** Asks all hosts for all apps. */
  AppsOverview overview() throws InterruptedException;

  /** Asks the hosts of an app. */
  AppAnswers app(String app) throws InterruptedException;

  /** Asks for the last lines of an app. */
  FleetLogs.Collected logs(String app) throws InterruptedException;

  /** The answers of the hosts of an app, each list in the order of the hosts. */
  record AppAnswers(
      List<HostResult> status,
      List<HostResult> history,
      List<HostResult> schedules,
      List<HostResult> traffic) {
    public AppAnswers {
      status = List.copyOf(status);
      history = List.copyOf(history);
      schedules = List.copyOf(schedules);
      traffic = List.copyOf(traffic);
    }
  }
}
