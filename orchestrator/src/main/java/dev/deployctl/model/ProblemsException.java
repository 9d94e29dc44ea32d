package dev.deployctl.model;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A file is wrong: all that is wrong with it, at once. */
public class ProblemsException extends DeployException {
  /** More than these help nobody; the rest is counted. */
  private static final int SHOWN = 30;

  private final transient List<Problem> problems;

  public ProblemsException(List<Problem> problems, @Nullable String hint) {
    super(FailureKind.CONFIG, text(problems), hint);
    this.problems = problems.stream().sorted().toList();
  }

  /** Every mistake, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }

  private static String text(List<Problem> problems) {
    if (problems.size() == 1) {
      return problems.getFirst().toString();
    }
    String lines =
        problems.stream()
            .sorted()
            .limit(SHOWN)
            .map(problem -> "\n  " + problem)
            .collect(Collectors.joining());
    int hidden = problems.size() - SHOWN;
    return problems.size()
        + " mistakes:"
        + lines
        + (hidden > 0 ? "\n  and " + hidden + " more" : "");
  }
}
