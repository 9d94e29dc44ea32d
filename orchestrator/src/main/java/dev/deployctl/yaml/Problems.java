package dev.deployctl.yaml;

import dev.deployctl.model.Problem;
import dev.deployctl.model.ProblemsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers mistakes, so that all are told at once. */
public final class Problems {
  private record Key(String file, int line, int column, String message) {}

  private final Map<Key, Problem> found = new LinkedHashMap<>();
  private final @Nullable String hint;

  /**
   * @param hint what to do next, told once under all mistakes
   */
  public Problems(@Nullable String hint) {
    this.hint = hint;
  }

  public void add(Place place, String path, String message) {
    add(place, path, message, null);
  }

  /** Adds a mistake; the same one at the same place is told once, whichever way led to it. */
  public void add(Place place, String path, String message, @Nullable String didYouMean) {
    found.putIfAbsent(
        new Key(place.file(), place.line(), place.column(), message),
        new Problem(place.file(), place.line(), place.column(), path, message, didYouMean));
  }

  /** Ends here with everything that was gathered, if anything was. */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw exception();
    }
  }

  ProblemsException exception() {
    return new ProblemsException(List.copyOf(found.values()), hint);
  }
}
