package dev.deployctl.output.tables;

import dev.deployctl.event.ApplyEvents.ApplyFile;
import dev.deployctl.event.ApplyEvents.ApplyFinished;
import dev.deployctl.event.EnvChange;
import dev.deployctl.event.HostValues.Applied;
import dev.deployctl.event.TransactionEvents.Warning;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.Line;
import dev.deployctl.output.terminal.Page;
import dev.deployctl.output.terminal.Times;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The changes that an apply makes on a host. Hosts with equal ones are printed together.
 *
 * @param warnings sentences of the host about what does not prevent the change
 * @param unmanaged definitions on the host that no apply has written
 * @param byHand files that were changed on the host since the last apply
 * @param last the last apply, for people; null where nothing was changed since
 */
record ApplyDiff(
    List<FileChange> files,
    List<String> warnings,
    List<String> unmanaged,
    List<String> byHand,
    @Nullable String last) {
  ApplyDiff {
    files = List.copyOf(files);
    warnings = List.copyOf(warnings);
    unmanaged = List.copyOf(unmanaged);
    byHand = List.copyOf(byHand);
  }

  /** A file event without its position in the answer. */
  record FileChange(
      String path, String change, List<String> diff, boolean cut, @Nullable EnvChange names) {}

  static ApplyDiff of(HostResult.Answered answer) {
    ApplyFinished finished = answer.events(ApplyFinished.class).getLast();
    Applied before = finished.before();
    List<String> byHand = before == null ? List.of() : before.drift();
    return new ApplyDiff(
        answer.events(ApplyFile.class).stream()
            .map(
                file ->
                    new FileChange(
                        file.path(), file.change(), file.diff(), file.cut(), file.names()))
            .toList(),
        answer.events(Warning.class).stream().map(Warning::message).toList(),
        finished.unmanaged(),
        byHand,
        before == null || byHand.isEmpty() ? null : when(before));
  }

  /** Returns when and by whom the files were applied: {@code 2026-11-30 10:00:00, by alice}. */
  static String when(Applied applied) {
    return Times.text(applied.at()) + (applied.by() == null ? "" : ", by " + applied.by());
  }

  void print(Page page, String hosts) {
    page.words(page.line(" "), Colour.STRONG, hosts + (files.isEmpty() ? ": no file changes" : ""));
    files.forEach(file -> print(page, file));
    warnings.forEach(warning -> page.words(page.line("   ").add(Colour.WARN, "! "), warning));
    if (!byHand.isEmpty()) {
      page.words(
          page.line("   ").add(Colour.WARN, "! "),
          "changed by hand since the last apply (" + last + "): " + String.join(", ", byHand));
    }
    if (!unmanaged.isEmpty()) {
      page.words(
          page.line("   ").add(Colour.WARN, "! "),
          "on the host, but not in this directory, and left alone: "
              + String.join(", ", unmanaged));
    }
  }

  private static void print(Page page, FileChange file) {
    Line head =
        switch (file.change()) {
          case "added" -> page.line("   ").add(Colour.GOOD, "+ ");
          case "removed" -> page.line("   ").add(Colour.BAD, "- ");
          default -> page.line("   ").add(Colour.WARN, "~ ");
        };
    page.print(head.add(file.path()));
    file.diff().forEach(line -> page.print(page.line("       ").add(colour(line), line)));
    if (file.cut()) {
      page.print(page.line("       ").add(Colour.FAINT, "the rest of the difference is too long"));
    }
    EnvChange names = file.names();
    if (names != null) {
      List<Line> each = new ArrayList<>();
      names.added().forEach(name -> each.add(page.line().add(Colour.GOOD, "+" + name)));
      names.changed().forEach(name -> each.add(page.line().add(Colour.WARN, "~" + name)));
      names.removed().forEach(name -> each.add(page.line().add(Colour.BAD, "-" + name)));
      page.items(page.line("       "), " ", each);
    }
  }

  private static Colour colour(String line) {
    return switch (line.isEmpty() ? ' ' : line.charAt(0)) {
      case '+' -> Colour.GOOD;
      case '-' -> Colour.BAD;
      case '@' -> Colour.FAINT;
      default -> Colour.PLAIN;
    };
  }
}
