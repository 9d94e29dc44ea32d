package dev.deployctl.output.page.model;

import java.util.List;

/**
 * All apps at a glance.
 *
 * @param sentence the state of all in a sentence
 * @param others sentences about what runs where the configuration does not have it
 */
public record FleetView(
    Tone tone, String sentence, List<AppRow> apps, List<Problem> problems, List<String> others) {
  public FleetView {
    apps = List.copyOf(apps);
    problems = List.copyOf(problems);
    others = List.copyOf(others);
  }

  /** One app; {@code releases} says which release runs where. */
  public record AppRow(
      String app,
      String link,
      Tone tone,
      String state,
      String hosts,
      String releases,
      List<String> remarks) {
    public AppRow {
      remarks = List.copyOf(remarks);
    }
  }

  /** A host that did not answer, and why. */
  public record Problem(String host, String text, String hint) {}
}
