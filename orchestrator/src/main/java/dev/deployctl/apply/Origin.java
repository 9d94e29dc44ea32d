package dev.deployctl.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the files come from, as hosts record it.
 *
 * @param commit of git; null where the directory is in no repository
 * @param dirty whether the directory differs from that commit
 */
public record Origin(Path directory, @Nullable String commit, boolean dirty) {
  private static final String FILE = "meta.json";
  private static final String COMMIT = "[0-9a-f]{40,64}";

  /** The limit of hosts for the name of the directory. */
  private static final int LONGEST = 200;

  /** Asks git, if it is installed and the directory is in a repository with a commit. */
  public static Origin of(Path directory) throws InterruptedException {
    Path absolute = directory.toAbsolutePath().normalize();
    String head = git(absolute, List.of("rev-parse", "--verify", "HEAD"));
    if (head == null || !head.strip().matches(COMMIT)) {
      return new Origin(absolute, null, false);
    }
    String changes = git(absolute, List.of("status", "--porcelain", "--", "."));
    return new Origin(absolute, head.strip(), changes == null || !changes.isBlank());
  }

  /** Returns the output of git; null where it fails or is not installed. */
  private static @Nullable String git(Path directory, List<String> arguments)
      throws InterruptedException {
    ProcessBuilder git = new ProcessBuilder("git", "-C", directory.toString());
    git.command().addAll(arguments);
    git.environment().put("GIT_OPTIONAL_LOCKS", "0");
    git.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = git.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? output : null;
    } catch (IOException notInstalled) {
      return null;
    }
  }

  /** Returns whether a host that recorded this commit would record the same again. */
  boolean isRecordedAs(@Nullable String recorded, boolean recordedDirty) {
    return commit == null || (commit.equals(recorded) && dirty == recordedDirty);
  }

  /** Returns the end of the directory's name, in characters that hosts take. */
  private String source() {
    String name = directory.toString().replaceAll("[^ -~]", "?");
    return name.substring(Math.max(0, name.length() - LONGEST));
  }

  /** Returns the file that tells a host. */
  ManagedFile file() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("commit", commit).put("dirty", dirty).put("source", source());
    return new ManagedFile(FILE, json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
