package dev.deployctl.output.page.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The report of a rollout, rollback or restart.
 *
 * @param title what was done, to which app
 * @param verdict the outcome in one or two words
 * @param headline the outcome in a sentence that anybody understands
 * @param detail the outcome in the sentence that the terminal shows
 * @param ended when it ended
 * @param next commands to go on with
 * @param timeline null where no host was started
 * @param canary the canary beside the release before; null where it was not judged
 * @param env names of env variables that changed; null where that is not known
 * @param commits null where the images do not name their source
 */
public record RolloutReport(
    String title,
    Tone tone,
    String verdict,
    String headline,
    String detail,
    String ended,
    List<Fact> facts,
    List<Command> next,
    List<String> notes,
    List<Failure> failures,
    @Nullable Timeline timeline,
    List<Batch> batches,
    List<Gate> gates,
    @Nullable Canary canary,
    @Nullable EnvNames env,
    @Nullable Commits commits,
    List<HostRow> hosts) {
  public RolloutReport {
    facts = List.copyOf(facts);
    next = List.copyOf(next);
    notes = List.copyOf(notes);
    failures = List.copyOf(failures);
    batches = List.copyOf(batches);
    gates = List.copyOf(gates);
    hosts = List.copyOf(hosts);
  }

  /** A figure with its explanation. */
  public record Fact(String label, String value, String note, Tone tone) {}

  /** A command to copy. */
  public record Command(String label, String command, String remark) {}

  /**
   * Hosts that failed alike.
   *
   * @param lines the last lines that the container logged
   * @param command tells more; null where there is none
   */
  public record Failure(
      String hosts, String what, List<Item> items, List<String> lines, @Nullable String command) {
    public Failure {
      items = List.copyOf(items);
      lines = List.copyOf(lines);
    }
  }

  /** A labelled sentence. */
  public record Item(String label, String text) {}

  /** Hosts that were changed together. */
  public record Batch(
      String name,
      String hosts,
      String started,
      String took,
      String result,
      String budget,
      Tone tone) {}

  /**
   * The judgement of the canary.
   *
   * @param rows empty where requests were not compared
   */
  public record Canary(String verdict, Tone tone, String sentence, List<Comparison> rows) {
    public Canary {
      rows = List.copyOf(rows);
    }
  }

  /** A figure of the old and the new release, and its limit; no limit is empty. */
  public record Comparison(String label, String before, String now, String limit, Tone tone) {}

  /** The result of a gate; {@code kind} is what was asked, such as a command. */
  public record Gate(
      String name,
      String kind,
      String after,
      String result,
      String message,
      String took,
      Tone tone) {}

  /** Names of env variables. */
  public record EnvNames(List<String> added, List<String> removed, List<String> changed) {
    public EnvNames {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
      changed = List.copyOf(changed);
    }

    /** Returns whether nothing changed. */
    public boolean isEmpty() {
      return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }
  }

  /**
   * The commits between the old and the new image.
   *
   * @param repository the address in the label of the image
   * @param web where people see the repository; null where that is not known
   * @param compare a page that shows the commits; null where there is none
   * @param older whether the new image is the older one
   */
  public record Commits(
      Commit from,
      Commit to,
      String repository,
      @Nullable String web,
      @Nullable String compare,
      boolean older) {}

  /**
   * The commit of an image.
   *
   * @param link a page that shows it; null where there is none
   * @param built when the image was built; empty where that is not known
   */
  public record Commit(String name, @Nullable String link, String built) {}

  /** The outcome on one host. */
  public record HostRow(
      String host,
      String zone,
      String live,
      String before,
      String mark,
      String outcome,
      Tone tone) {}
}
