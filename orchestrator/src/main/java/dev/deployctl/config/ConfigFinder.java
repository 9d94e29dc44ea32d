package dev.deployctl.config;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds deployctl.yml: here, or further up in the same git repository. */
public final class ConfigFinder {
  public static final String NAME = "deployctl.yml";

  private ConfigFinder() {}

  /** The file for commands that are started in this directory. */
  public static Path find(Path directory) {
    Path start = directory.toAbsolutePath().normalize();
    for (Path place : places(start)) {
      Path file = place.resolve(NAME);
      if (Files.exists(file)) {
        return relative(start, file);
      }
    }
    Path other = start.resolve("deployctl.yaml");
    throw new DeployException(
        FailureKind.CONFIG,
        "there is no " + NAME + " in " + start + " nor above it in its git repository",
        Files.exists(other)
            ? "rename deployctl.yaml to " + NAME
            : "write one with deployctl init, or name it with --config FILE");
  }

  /** Returns whether {@link #find} would find a file. */
  public static boolean isThere(Path directory) {
    return places(directory.toAbsolutePath().normalize()).stream()
        .anyMatch(place -> Files.exists(place.resolve(NAME)));
  }

  /** Returns the path as a person in the working directory would write it. */
  private static Path relative(Path start, Path file) {
    return start.equals(Path.of("").toAbsolutePath()) ? start.relativize(file) : file;
  }

  private static List<Path> places(Path start) {
    List<Path> places = new ArrayList<>();
    for (@Nullable Path place = start; place != null; place = place.getParent()) {
      places.add(place);
      if (Files.exists(place.resolve(".git"))) {
        return places;
      }
    }
    // No repository: a file in a directory far above is there by accident.
    return List.of(start);
  }
}
