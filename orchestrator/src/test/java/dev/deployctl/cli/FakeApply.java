package dev.deployctl.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operators' files of a simulated host, and its verb {@code apply}, which a user may call. */
final class FakeApply {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path scratch;

  /** By path. */
  final Map<String, String> files = new TreeMap<>();

  private final TreeSet<String> managed = new TreeSet<>();
  private final List<List<String>> calls = new ArrayList<>();
  private @Nullable ObjectNode record;

  /** What is wrong with every set, one mistake a line; null for nothing. */
  @Nullable String mistakes;

  /** The answer to every call; null for one of its own. */
  FakeHost.@Nullable Answer canned;

  /** Whether the script is of a version without this verb. */
  boolean isOld;

  /** Called after the check was answered. */
  Runnable afterCheck = () -> {};

  /**
   * @param scratch a directory to unpack archives in
   */
  FakeApply(Path scratch) {
    this.scratch = scratch;
  }

  /** All calls, without the form of the output. */
  synchronized List<String> asked() {
    return calls.stream().map(arguments -> String.join(" ", arguments)).toList();
  }

  /** Returns the record of the last apply. */
  synchronized ObjectNode record() {
    return Objects.requireNonNull(record);
  }

  synchronized FakeHost.Answer call(List<String> arguments, InputStream input)
      throws IOException, InterruptedException {
    calls.add(arguments);
    Map<String, String> given = unpacked(input.readAllBytes());
    if (canned != null) {
      return canned;
    }
    if (isOld) {
      return new FakeHost.Answer(64, Transcripts.of("usage-error"));
    }
    if (mistakes != null) {
      return refused(78, "definition", mistakes);
    }
    String base = FakeHost.option(arguments, "base");
    if (base != null && !base.equals(hash(files))) {
      return refused(75, "locked", "the files were changed since the check, by bob@desk");
    }
    ObjectNode meta = (ObjectNode) JSON.readTree(Objects.requireNonNull(given.remove("meta.json")));
    List<ObjectNode> events = changes(given);
    boolean check = arguments.contains("--check");
    ObjectNode end = Transcripts.object().put("v", 1).put("seq", events.size() + 1);
    end.put("type", "apply.finished")
        .put("outcome", check ? "checked" : events.isEmpty() ? "unchanged" : "applied")
        .put("base", hash(files))
        .put("version", hash(given))
        .put("changed", events.size());
    ArrayNode unmanaged = end.putArray("unmanaged");
    files.keySet().stream()
        .filter(path -> !given.containsKey(path) && !managed.contains(path))
        .forEach(unmanaged::add);
    end.set("before", record);
    events.add(end);
    if (check) {
      afterCheck.run();
    } else {
      replace(given, meta, Objects.requireNonNull(FakeHost.option(arguments, "by")));
    }
    return new FakeHost.Answer(0, events);
  }

  private void replace(Map<String, String> given, ObjectNode meta, String by) {
    managed.forEach(files::remove);
    managed.clear();
    managed.addAll(given.keySet());
    files.putAll(given);
    record = meta.put("version", hash(given)).put("by", by).put("at", "2026-11-29T10:00:00.000Z");
    record.putArray("drift");
  }

  private List<ObjectNode> changes(Map<String, String> given) {
    TreeSet<String> paths = new TreeSet<>(given.keySet());
    paths.addAll(managed);
    List<ObjectNode> events = new ArrayList<>();
    for (String path : paths) {
      String old = files.get(path);
      String now = given.get(path);
      if (!Objects.equals(old, now)) {
        ObjectNode event = Transcripts.object().put("v", 1).put("seq", events.size() + 1);
        event.put("type", "apply.file").put("path", path);
        event.put("change", old == null ? "added" : now == null ? "removed" : "changed");
        if (path.startsWith("env/")) {
          ObjectNode names = event.putObject("names");
          names.putArray("removed");
          names.putArray("changed");
          ArrayNode added = names.putArray("added");
          Stream.ofNullable(now)
              .flatMap(String::lines)
              .map(line -> line.substring(0, line.indexOf('=')))
              .forEach(added::add);
        } else {
          ArrayNode diff = event.putArray("diff");
          Stream.ofNullable(old).flatMap(String::lines).forEach(line -> diff.add("-" + line));
          Stream.ofNullable(now).flatMap(String::lines).forEach(line -> diff.add("+" + line));
        }
        events.add(event);
      }
    }
    return events;
  }

  private static FakeHost.Answer refused(int exit, String kind, String message) {
    ObjectNode event = Transcripts.object().put("v", 1).put("seq", 1).put("type", "error");
    event.put("exit", exit);
    event
        .putObject("error")
        .put("kind", kind)
        .put("message", message)
        .put("state", "nothing was changed")
        .put("hint", "docs/host-configuration.md explains every key");
    return new FakeHost.Answer(exit, List.of(event));
  }

  static String hash(Map<String, String> files) {
    try {
      byte[] all = files.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Unpacks with the real tar; the first entry must describe the set. */
  private Map<String, String> unpacked(byte[] archive) throws IOException, InterruptedException {
    Path place = Files.createTempDirectory(Files.createDirectories(scratch), "set");
    Process tar =
        new ProcessBuilder("tar", "-x", "-v", "-C", place.toString(), "-f", "-")
            .redirectErrorStream(true)
            .start();
    try (var to = tar.getOutputStream()) {
      new ByteArrayInputStream(archive).transferTo(to);
    }
    String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (tar.waitFor() != 0 || !said.startsWith("meta.json\n")) {
      throw new IOException("not an archive of a set: " + said);
    }
    Map<String, String> files = new TreeMap<>();
    for (String path : said.lines().toList()) {
      files.put(path, Files.readString(place.resolve(path)));
    }
    return files;
  }
}
