package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** traffic, from the command line to the calls of the hosts. */
final class TrafficCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    for (FakeHost host : fixture.hosts()) {
      host.answers("traffic", 0, List.of(release(), finished()));
    }
  }

  private static ObjectNode release() {
    ObjectNode event =
        Transcripts.object()
            .put("v", 1)
            .put("seq", 1)
            .put("type", "traffic.release")
            .put("app", "blog")
            .put("release", "20261123-030405-3f9ac1")
            .put("tag", "v2")
            .put("since", "2026-11-23T03:04:14.000Z")
            .put("until", "2026-11-23T03:30:00.000Z");
    event
        .putObject("requests")
        .put("requests", 1000)
        .put("errors_5xx", 5)
        .put("p50_ms", 4)
        .put("p95_ms", 9)
        .put("seconds", 1546);
    return event;
  }

  private static ObjectNode finished() {
    return Transcripts.object().put("v", 1).put("seq", 2).put("type", "traffic.finished");
  }

  @Test
  void requestsOfTheLastHourByHostAndRelease() {
    CliFixture.Finished finished = fixture.run("traffic", "blog");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(finished.out())
        .contains("v2: 2,000 requests on 2 hosts, 10 (0.5%) answered with 5xx")
        .containsPattern("web-2 +v2 .* 1,000 +5 \\(0.5%\\) +4 ms +9 ms");
    assertThat(fixture.host("web-1").asked()).containsExactly("traffic blog --since=3600");
    assertThat(fixture.run("traffic", "blog", "--since", "10m", "--json").json()).hasSize(2);
  }

  @Test
  void withoutRequestsThereAreNoPercentiles() {
    ObjectNode release = release();
    release
        .putObject("requests")
        .put("requests", 0)
        .put("errors_5xx", 0)
        .putNull("p50_ms")
        .putNull("p95_ms")
        .put("seconds", 60);
    fixture.host("web-1").answers("traffic", 0, List.of(release, finished()));

    assertThat(fixture.run("traffic", "blog").out()).containsPattern("web-1 +v2 .* 0 +0 +– +–");
    assertThat(fixture.run("traffic", "blog", "--json").out())
        .contains("\"requests\":0,\"errors_5xx\":0,\"p50_ms\":null,\"p95_ms\":null");
  }

  @Test
  void anUnreachableHostIsNamedAndItsRequestsAreNotKnown() throws Exception {
    fixture.server("web-2").close();

    CliFixture.Finished finished = fixture.run("traffic", "blog");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out()).containsPattern("web-2 +not known").containsPattern("✗ web-2 ");
  }

  @Test
  void aTimeThatHostsDoNotTakeIsRefusedBeforeAnyIsAsked() {
    assertThat(fixture.run("traffic", "blog", "--since", "300h").exit()).isEqualTo(2);
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }
}
