package dev.deployctl.event;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reader over recorded output of the real script: {@code contract/transcripts}. */
class TranscriptsTest {
  private static final Path CONTRACT = Path.of("../contract");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The events of verbs that this program never calls; they have no record. */
  private static final Set<String> OF_OTHER_VERBS =
      Set.of("help", "prune.finished", "converge.app", "converge.finished", "schedule.skipped");

  private final EventReader reader = new EventReader();

  static List<Path> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(CONTRACT.resolve("transcripts"))) {
      return files.filter(file -> file.toString().endsWith(".ndjson")).sorted().toList();
    }
  }

  @Test
  void theScriptWasRecordedDoingWhatMatters() throws IOException {
    assertThat(transcripts().stream().map(file -> file.getFileName().toString()))
        .contains(
            "deploy-socket-first.ndjson",
            "deploy-socket-second.ndjson",
            "deploy-port.ndjson",
            "deploy-refused-unhealthy.ndjson",
            "deploy-refused-crash.ndjson",
            "rollback.ndjson",
            "attach.ndjson",
            "preflight.ndjson",
            "pull.ndjson",
            "status.ndjson",
            "locked.ndjson",
            "remove.ndjson",
            "version.ndjson");
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void everyLineIsAnEventOfAKnownType(Path transcript) throws IOException {
    List<String> lines = Files.readAllLines(transcript);
    assertThat(lines).isNotEmpty();
    long before = 0;
    for (String line : lines) {
      HostEvent event = reader.read(line).orElseThrow(() -> new AssertionError(line));
      assertThat(event instanceof HostEvent.Unknown)
          .as(line)
          .isEqualTo(OF_OTHER_VERBS.contains(event.type()));
      if (before > 0) {
        assertThat(event.seq()).as("no gap before %s", line).isEqualTo(before + 1);
      }
      before = event.seq();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void everyTransactionEndsWithAWordOnWhatServes(Path transcript) throws IOException {
    List<String> lines = Files.readAllLines(transcript);
    HostEvent first = reader.read(lines.getFirst()).orElseThrow();
    HostEvent last = reader.read(lines.getLast()).orElseThrow();
    if (first instanceof TransactionEvents.DeployStarted started) {
      assertThat(last).isInstanceOf(TransactionEvents.DeployFinished.class);
      TransactionEvents.DeployFinished finished = (TransactionEvents.DeployFinished) last;
      assertThat(finished.verb()).isEqualTo(started.verb());
      assertThat(finished.error() == null).isEqualTo(finished.exit() == 0);
      assertThat(finished.outcome()).isIn("succeeded", "unchanged", "held", "failed", "refused");
    }
  }

  @Test
  void aReleaseThatWasNeverHealthyComesWithItsVerdict() throws IOException {
    HostError error = error("deploy-refused-unhealthy");
    assertThat(error.kind()).isEqualTo("release-failed");
    assertThat(error.state()).contains("is live");
    HostError.Verdict verdict = requireNonNull(error.verdict());
    assertThat(verdict.probe()).contains("503");
    assertThat(verdict.container()).startsWith("running");
  }

  @Test
  void aReleaseThatDiedTellsItsExitCode() throws IOException {
    HostError.Verdict verdict = requireNonNull(error("deploy-refused-crash").verdict());
    assertThat(verdict.container()).startsWith("exited, exit code ");
  }

  @Test
  void statusAndPreflightNameTheReleaseThatServes() throws IOException {
    AnswerEvents.Status status = (AnswerEvents.Status) event("status", 0);
    HostValues.Serving serving = requireNonNull(status.serving());
    assertThat(serving.release()).matches("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}");
    assertThat(serving.digest()).startsWith("sha256:");
    assertThat(status.running()).isEqualTo(status.wanted()).isPositive();
    List<String> lines = lines("preflight");
    AnswerEvents.PreflightFinished preflight =
        (AnswerEvents.PreflightFinished) event("preflight", lines.size() - 1);
    assertThat(preflight.serving()).isNotNull();
    assertThat(preflight.env()).isNotNull();
    assertThat(preflight.protocol()).isEqualTo(1);
    assertThat(requireNonNull(preflight.lastMs())).isPositive();
    List<String> first = lines("preflight-first");
    AnswerEvents.PreflightFinished none =
        (AnswerEvents.PreflightFinished) event("preflight-first", first.size() - 1);
    assertThat(none.lastMs()).isNull();
  }

  @Test
  void whoHoldsAnAppIsTold() throws IOException {
    AnswerEvents.Status busy = (AnswerEvents.Status) event("status-busy", 0);
    assertThat(requireNonNull(busy.lock()).step()).isNotNull();
    AnswerEvents.Refused refused = (AnswerEvents.Refused) event("locked", 0);
    assertThat(refused.exit()).isEqualTo(75);
    assertThat(refused.error().kind()).isEqualTo("locked");
  }

  /** Reads the first column of the tables in docs/events.md. */
  @Test
  void everyDocumentedTypeIsKnown() throws IOException {
    Set<String> types = new TreeSet<>();
    Pattern word = Pattern.compile("`([a-z]+\\.?[a-z]*)`");
    boolean events = false;
    for (String line : Files.readAllLines(Path.of("../docs/events.md"))) {
      events = line.startsWith("| type |") || (events && line.startsWith("|"));
      if (events && line.startsWith("| `")) {
        Matcher matcher = word.matcher(line.substring(0, line.indexOf('|', 1)));
        while (matcher.find()) {
          types.add(matcher.group(1));
        }
      }
    }
    assertThat(types).contains("deploy.started", "lock.released", "recover.finished");
    for (String type : types) {
      assertThat(reader.read("{\"type\":\"" + type + "\"}").orElseThrow())
          .as(type)
          .matches(
              event -> event instanceof HostEvent.Unknown == OF_OTHER_VERBS.contains(event.type()));
    }
  }

  /** Every field that a host sends is in the JSON output. */
  @ParameterizedTest
  @MethodSource("transcripts")
  void everyFieldIsWrittenAsItWasRead(Path transcript) throws IOException {
    for (String line : Files.readAllLines(transcript)) {
      ObjectNode sent = (ObjectNode) JSON.readTree(line);
      ObjectNode written = EventJson.of(reader.read(line).orElseThrow());
      for (var field : sent.properties()) {
        boolean envelope = Set.of("v", "ts").contains(field.getKey());
        if (!envelope || written.has(field.getKey())) {
          contains(written.get(field.getKey()), field.getValue(), field.getKey() + " of " + line);
        }
      }
    }
  }

  /** Fails if a field that was sent is not in the output. */
  private static void contains(@Nullable JsonNode written, JsonNode sent, String what) {
    assertThat(written).as(what).isNotNull();
    JsonNode there = requireNonNull(written);
    if (sent.isObject() && there.isObject()) {
      sent.properties()
          .forEach(field -> contains(there.get(field.getKey()), field.getValue(), what));
    } else if (sent.isArray()) {
      assertThat(there).as(what).hasSameSizeAs(sent);
      for (int i = 0; i < sent.size(); i++) {
        contains(there.get(i), sent.get(i), what);
      }
    } else if (sent.isObject()) {
      assertThat(there.isTextual()).as("the state of a container is a sentence: " + what).isTrue();
    } else if (!sent.isNull()) {
      assertThat(there).as(what).hasToString(sent.toString());
    }
  }

  private HostError error(String transcript) throws IOException {
    HostEvent last = event(transcript, lines(transcript).size() - 1);
    return requireNonNull(((TransactionEvents.DeployFinished) last).error());
  }

  private HostEvent event(String transcript, int line) throws IOException {
    return reader.read(lines(transcript).get(line)).orElseThrow();
  }

  private static List<String> lines(String transcript) throws IOException {
    return Files.readAllLines(CONTRACT.resolve("transcripts").resolve(transcript + ".ndjson"));
  }
}
