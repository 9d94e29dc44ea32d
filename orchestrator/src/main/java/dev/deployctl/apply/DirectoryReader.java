package dev.deployctl.apply;

import dev.deployctl.model.ArgumentPatterns;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.DidYouMean;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the files of an operators' directory, and reports all that is wrong with it at once. */
final class DirectoryReader {
  /** The limit of the hosts' reader. */
  private static final int LARGEST = 256 * 1024;

  private static final String COMMON = "common";
  private static final Pattern TEMPLATE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("------rwx");

  private final Path directory;
  private final Path config;
  private final Collection<String> apps;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param config the file that lists the apps, for messages
   */
  DirectoryReader(Path directory, Path config, Collection<String> apps) {
    this.directory = directory;
    this.config = config;
    this.apps = apps;
  }

  /** The files of an operators' directory, by the names of apps and templates. */
  record Contents(
      @Nullable ManagedFile hostConf,
      @Nullable ManagedFile freezes,
      SequencedMap<String, ManagedFile> definitions,
      SequencedMap<String, ManagedFile> templates,
      @Nullable ManagedFile commonEnv,
      SequencedMap<String, ManagedFile> envs) {}

  Contents read() {
    ManagedFile hostConf = file("host.conf");
    ManagedFile freezes = file("freezes.conf");
    SequencedMap<String, ManagedFile> definitions = definitions();
    SequencedMap<String, ManagedFile> templates = templates();
    SequencedMap<String, ManagedFile> envs = envs();
    ManagedFile common = envs.remove(COMMON);
    throwIfAny();
    return new Contents(hostConf, freezes, definitions, templates, common, envs);
  }

  private @Nullable ManagedFile file(String name) {
    Path path = directory.resolve(name);
    return Files.exists(path) ? file(name, path) : null;
  }

  private SequencedMap<String, ManagedFile> definitions() {
    SequencedMap<String, ManagedFile> files = files("apps", ".conf");
    for (String name : files.keySet()) {
      if (!ArgumentPatterns.APP.matcher(name).matches()) {
        problems.add("apps/" + shown(name) + ".conf: not the name of an app");
      } else if (!apps.contains(name)) {
        problems.add("apps/" + name + ".conf: " + noApp(name));
      }
    }
    for (String app : apps) {
      if (!files.containsKey(app)) {
        problems.add("apps/" + app + ".conf is missing: " + config + " has the app " + app);
      }
    }
    return files;
  }

  private SequencedMap<String, ManagedFile> templates() {
    SequencedMap<String, ManagedFile> files = files("templates", ".conf");
    for (String name : files.keySet()) {
      if (!TEMPLATE.matcher(name).matches()) {
        problems.add(
            "templates/"
                + shown(name)
                + ".conf: a name has letters, digits, _, . and -, and at most 80 of them");
      }
    }
    return files;
  }

  private SequencedMap<String, ManagedFile> envs() {
    SequencedMap<String, ManagedFile> files = files("env", ".env");
    for (Map.Entry<String, ManagedFile> each : files.entrySet()) {
      if (!each.getKey().equals(COMMON) && !apps.contains(each.getKey())) {
        problems.add("env/" + shown(each.getKey()) + ".env: " + noApp(each.getKey()));
      }
      secret("env/" + each.getKey() + ".env");
    }
    return files;
  }

  private String noApp(String name) {
    String near = DidYouMean.nearest(name, apps);
    return config
        + " has no app "
        + shown(name)
        + (near == null ? "" : " (did you mean " + near + "?)");
  }

  private void secret(String path) {
    try {
      Set<PosixFilePermission> granted = Files.getPosixFilePermissions(directory.resolve(path));
      if (granted.stream().anyMatch(OTHERS::contains)) {
        problems.add(path + ": every user of this machine may read it: chmod o= " + path);
      }
    } catch (UnsupportedOperationException windows) {
      // This file system knows no such permissions.
    } catch (IOException gone) {
      problems.add(path + ": cannot be read: " + gone);
    }
  }

  /** Returns the files of a folder, by their names without the ending, sorted. */
  private SequencedMap<String, ManagedFile> files(String folder, String ending) {
    SequencedMap<String, ManagedFile> files = new LinkedHashMap<>();
    Path place = directory.resolve(folder);
    if (!Files.isDirectory(place)) {
      return files;
    }
    try (Stream<Path> all = Files.list(place)) {
      for (Path each : all.sorted().toList()) {
        String name = String.valueOf(each.getFileName());
        if (name.endsWith(ending) && !name.startsWith(".") && Files.isRegularFile(each)) {
          ManagedFile file = file(folder + "/" + name, each);
          if (file != null) {
            files.put(name.substring(0, name.length() - ending.length()), file);
          }
        }
      }
    } catch (IOException unreadable) {
      problems.add(folder + ": cannot be read: " + unreadable);
    }
    return files;
  }

  private @Nullable ManagedFile file(String path, Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      if (content.length <= LARGEST) {
        return new ManagedFile(path, content);
      }
      problems.add(path + ": is larger than " + LARGEST / 1024 + " KiB");
    } catch (IOException unreadable) {
      problems.add(path + ": cannot be read: " + unreadable);
    }
    return null;
  }

  private static String shown(String name) {
    String quoted = Quoted.of(name);
    return quoted.substring(1, quoted.length() - 1);
  }

  private void throwIfAny() {
    if (problems.isEmpty()) {
      return;
    }
    String message =
        problems.size() == 1
            ? problems.getFirst()
            : problems.size()
                + " mistakes in "
                + directory
                + ":\n  "
                + String.join("\n  ", problems);
    throw new DeployException(
        FailureKind.CONFIG,
        message,
        "no host was asked; docs/operations.md explains the operators' directory");
  }
}
