package dev.deployctl.output.page.model;

import java.util.List;

/**
 * The steps of each host over time.
 *
 * @param total how long it took, for people
 * @param steps the steps that took place anywhere, in their order
 * @param legend the kinds of steps that bars are coloured by
 */
public record Timeline(
    String total, List<Tick> ticks, List<String> steps, List<Kind> legend, List<Lane> lanes) {
  public Timeline {
    ticks = List.copyOf(ticks);
    steps = List.copyOf(steps);
    legend = List.copyOf(legend);
    lanes = List.copyOf(lanes);
  }

  /** A mark on the axis; its place is a percentage. */
  public record Tick(String left, String label) {}

  /** A kind of steps: its class in the style sheet and its name. */
  public record Kind(String style, String label) {}

  /**
   * One host.
   *
   * @param cells the time that each of {@link Timeline#steps} took; empty where it was not reached
   */
  public record Lane(
      String host, String mark, String outcome, Tone tone, List<Bar> bars, List<String> cells) {
    public Lane {
      bars = List.copyOf(bars);
      cells = List.copyOf(cells);
    }
  }

  /** One step; places are percentages. */
  public record Bar(String style, String left, String width, String label) {}
}
