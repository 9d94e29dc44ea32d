package dev.deployctl.export;

import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Remarks about hosts of an app that differ from the others. */
final class Disagreements {
  private final List<Remark> remarks = new ArrayList<>();

  List<Remark> remarks() {
    return remarks;
  }

  void silent(List<Host> hosts) {
    if (!hosts.isEmpty()) {
      add(
          "hosts",
          "No answer from " + names(hosts) + ": their containers are not counted.",
          "Export again when they answer.");
    }
  }

  void idle(List<Host> hosts) {
    if (!hosts.isEmpty()) {
      add(
          "hosts",
          "No release is live on " + names(hosts) + ": no container is counted there.",
          "Decide whether they belong to the app.");
    }
  }

  void otherImage(List<Host> hosts) {
    if (!hosts.isEmpty()) {
      add(
          "image",
          "Another image is live on " + names(hosts) + "; this one is live on most hosts.",
          "Finish the rollout, then export again.");
    }
  }

  void otherDefinition(Host first, List<Host> hosts) {
    if (!hosts.isEmpty()) {
      add(
          "definition",
          "The definition on " + names(hosts) + " differs from that on " + first.name() + ".",
          "Bring the same definition to all hosts (deployctl apply), then export again.");
    }
  }

  void changed(List<Host> hosts) {
    if (!hosts.isEmpty()) {
      add(
          "definition",
          "It was changed on "
              + names(hosts)
              + " after the live release was deployed: this is what"
              + " the next deploy would run.",
          "Deploy or restart the app to try it, then export again.");
    }
  }

  private void add(String subject, String reason, String todo) {
    remarks.add(new Remark(subject, reason, todo));
  }

  private static String names(List<Host> hosts) {
    return hosts.stream().map(Host::name).collect(Collectors.joining(", "));
  }
}
