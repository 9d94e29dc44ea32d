package dev.deployctl.output.tables;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.fleet.FleetLogs;
import dev.deployctl.fleet.OneOff;
import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.Console;
import java.util.function.Consumer;

/** Prints what a one-off command prints, and what its host says about it. */
public final class OneOffOutput implements OneOff.Listener {
  private final LogLines lines;
  private final Console console;
  private final Host host;
  private final Consumer<String> notes;

  /**
   * @param notes receives a sentence when the host has not answered for a while
   */
  public OneOffOutput(LogLines lines, Console console, Host host, Consumer<String> notes) {
    this.lines = lines;
    this.console = console;
    this.host = host;
    this.notes = notes;
  }

  @Override
  public void line(AnswerEvents.LogLine line) {
    lines.print(new FleetLogs.Line(host, line));
  }

  @Override
  public void note(String text) {
    lines.note(console.err(), host, text);
  }

  @Override
  public void waiting(String text) {
    notes.accept(text);
  }
}
