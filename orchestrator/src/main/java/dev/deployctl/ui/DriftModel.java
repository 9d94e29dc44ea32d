package dev.deployctl.ui;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.HostValues.Applied;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.page.model.AppView.Drift;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what differs on hosts: from the record of the live release, and from the last apply. */
final class DriftModel {
  private DriftModel() {}

  /** Returns the differences; those of several hosts are one. */
  static List<Drift> of(List<HostResult> answers, HostNames names) {
    Map<String, List<Host>> drifts = new LinkedHashMap<>();
    for (HostResult answer : answers) {
      Status status = AppModel.status(answer);
      if (status != null) {
        for (String text : texts(status)) {
          drifts.computeIfAbsent(text, _ -> new ArrayList<>()).add(answer.host());
        }
      }
    }
    List<Drift> all = new ArrayList<>();
    drifts.forEach((text, hosts) -> all.add(new Drift(names.of(hosts), text)));
    return all;
  }

  private static List<String> texts(Status status) {
    List<String> texts = new ArrayList<>(status.drift());
    Applied applied = status.applied();
    if (applied != null) {
      String when = Times.text(applied.at()) + (applied.by() == null ? "" : ", by " + applied.by());
      applied
          .drift()
          .forEach(file -> texts.add(file + " differs from the last apply (" + when + ")"));
    }
    return texts;
  }
}
