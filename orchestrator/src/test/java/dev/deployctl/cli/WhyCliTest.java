package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** why, from the command line to the calls of the hosts. */
final class WhyCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    fixture.host("web-1").answers("timeline", 0, List.of(killed(), finished()));
    fixture.host("web-2").answers("timeline", 0, List.of(finished()));
  }

  private static ObjectNode killed() {
    return Transcripts.object()
        .put("v", 1)
        .put("seq", 1)
        .put("type", "timeline.entry")
        .put("ts", "2026-11-23T03:11:58.000Z")
        .put("kind", "container")
        .put("text", "instance 1 of release 20261123-030405-3f9ac1 ended: out of memory")
        .put("oom_killed", true);
  }

  private static ObjectNode finished() {
    return Transcripts.object().put("v", 1).put("seq", 2).put("type", "timeline.finished");
  }

  @Test
  void theHostsAreAskedAboutTheTimeAroundTheMoment() {
    Instant at = Instant.now().minus(Duration.ofHours(1));

    CliFixture.Finished finished = fixture.run("why", "blog", "--at", at.toString());

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out())
        .startsWith("blog around ")
        .contains("times are Z", "What stands out:", "ended: out of memory");
    String asked = fixture.host("web-2").asked().getFirst();
    assertThat(option(asked, "since")).isBetween(4199L, 4230L);
    assertThat(option(asked, "until")).isBetween(2999L, 3030L);
  }

  @Test
  void withoutATimeItIsNow() {
    assertThat(fixture.run("why", "blog", "--around", "2m").out()).contains("before, until now");
    String asked = fixture.host("web-1").asked().getFirst();
    assertThat(option(asked, "since")).isBetween(120L, 150L);
    assertThat(option(asked, "until")).isZero();
  }

  @Test
  void everyEntryIsAnObjectAndEveryHostIsNamed() throws Exception {
    fixture.server("web-2").close();

    CliFixture.Finished finished = fixture.run("why", "blog", "--json");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.json().stream().map(line -> line.path("type").asText()))
        .containsExactly("timeline.entry", "host.timeline", "host.timeline");
    assertThat(finished.json().getLast().path("problem").asText()).contains("refused");
    assertThat(fixture.run("why", "blog").out()).containsPattern("! web-2 +no answer: ");
  }

  @Test
  void timesThatCannotBeAskedForAreRefusedBeforeAnyHostIsAsked() {
    for (List<String> wrong :
        List.of(
            List.of("--at", "noon"),
            List.of("--at", "2020-01-01 03:12"),
            List.of("--around", "13h"),
            List.of("--at", "2999-01-01 03:12"))) {
      String[] line = {"why", "blog", wrong.get(0), wrong.get(1)};
      assertThat(fixture.run(line).exit()).as("%s", wrong).isEqualTo(2);
    }
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }

  private static long option(String call, String name) {
    return Long.parseLong(call.replaceFirst(".*--" + name + "=([0-9]+).*", "$1"));
  }
}
