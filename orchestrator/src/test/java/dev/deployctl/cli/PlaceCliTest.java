package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** place, from the command line to the calls of the hosts. */
final class PlaceCliTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void threeHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
    memory("web-1", 2000, 900);
    memory("web-2", 2000, 1900);
    memory("web-3", 4000, 0);
  }

  /** Lets a host tell its memory in MiB; 512 MiB of what is reserved are of the blog. */
  private void memory(String host, long total, long reserved) throws Exception {
    ObjectNode capacity =
        Transcripts.object()
            .put("v", 1)
            .put("seq", 2)
            .put("type", "capacity")
            .put("total", total * MIB)
            .put("available", total / 10 * MIB)
            .put("reserved", reserved * MIB)
            .put("unlimited", 0);
    var apps = capacity.putArray("apps");
    if (reserved > 0) {
      apps.addObject()
          .put("app", "blog")
          .put("containers", 1)
          .put("reserved", 512 * MIB)
          .put("largest", 512 * MIB);
    }
    fixture.host(host).answers("status", 0, List.of(status(reserved > 0), capacity, finished()));
  }

  private static ObjectNode status(boolean live) {
    ObjectNode status =
        Transcripts.object()
            .put("v", 1)
            .put("seq", 1)
            .put("type", "status")
            .put("app", "blog")
            .put("state", live ? "ok" : "none");
    status.putObject("instances").put("running", live ? 1 : 0).put("wanted", 1);
    if (live) {
      status.putObject("serving").put("release", "20261123-030405-3f9ac1");
    }
    return status;
  }

  private static ObjectNode finished() {
    return Transcripts.object().put("v", 1).put("seq", 3).put("type", "status.finished");
  }

  @Test
  void theSameNumberIsPlacedByDefaultAndEachHostHasItsReason() {
    CliFixture.Finished finished = fixture.run("place", "blog", "--dry-run");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out())
        .contains("blog: 2 containers of 512 MiB each, on hosts with ")
        .containsPattern("web-1 +a +1 +1 +1,612 MiB are not reserved")
        .containsPattern("web-2 +c +1 +0 +612 MiB are not reserved; other hosts come first")
        .containsPattern("web-3 +a +0 +1 +4,000 MiB are not reserved")
        .containsPattern("! web-3 +400 MiB are available now, and the new containers may use 512")
        .contains("All 2 containers find room on 2 hosts. Nothing was changed.");
    assertThat(fixture.host("web-1").asked()).containsExactly("status --capacity");
  }

  @Test
  void containersWithoutRoomAreCountedAndFail() {
    CliFixture.Finished finished =
        fixture.run("place", "blog", "--dry-run", "--count", "20", "--memory", "1g", "--json");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.json().getLast().path("placed").asInt()).isEqualTo(4);
    assertThat(finished.json().getLast().path("unplaced").asInt()).isEqualTo(16);
    assertThat(finished.json().get(1).path("verdict").asText()).isEqualTo("no-room");
    assertThat(fixture.run("place", "blog", "--dry-run", "--count", "20").out())
        .contains("find no room.");
  }

  @Test
  void anUnreachableHostGetsNone() throws Exception {
    fixture.server("web-3").close();

    CliFixture.Finished finished = fixture.run("place", "blog", "--dry-run");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out())
        .containsPattern("web-3 +a +\\? +0 +its memory is not known")
        .containsPattern("✗ web-3 ");
  }

  @Test
  void anOlderHostScriptDoesNotTellItsMemory() throws Exception {
    fixture.host("web-3").answers("status", 0, List.of(status(true), finished()));

    CliFixture.Finished finished = fixture.run("place", "blog", "--dry-run", "--count", "1");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("too old to tell the memory");
  }

  @Test
  void whatIsNotKnownMustBeGiven() throws Exception {
    for (String host : List.of("web-1", "web-2", "web-3")) {
      memory(host, 2000, 0);
    }
    assertThat(fixture.run("place", "blog", "--dry-run").err()).contains("give it: --count N");
    assertThat(fixture.run("place", "blog", "--dry-run", "--count", "2").err())
        .contains("give it: --memory 512m");
    assertThat(fixture.run("place", "blog", "--dry-run", "--count", "0").exit()).isEqualTo(2);
    assertThat(fixture.run("place", "blog").err()).contains("needs --dry-run");
    assertThat(fixture.run("place", "blog", "--dry-run", "--memory", "512").err())
        .contains("not an amount of memory");
  }

  @Test
  void hostsOfOtherTagsAreConsideredOnDemand() {
    CliFixture.Finished finished =
        fixture.run(
            "place", "blog", "--dry-run", "--count", "1", "--memory", "64m", "--where", "App=none");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.err()).contains("App=none matches no host");
  }
}
