package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gates that ask real commands, addresses and alarms. */
@LabTest
class GatesIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;
  private String config;
  private HttpServer site;

  /** The statuses that the site answers with, one after the other; the last for ever. */
  private volatile List<Integer> statuses = List.of(200);

  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    config = laptop.read("deployctl.yml").replace("batch-size: 1", "batch-size: 2");
    laptop.deploy("blog", "v1");
    site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    site.createContext("/health", this::answer);
    site.start();
  }

  @AfterEach
  void closeSite() {
    site.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    int number = requests.getAndIncrement();
    exchange.sendResponseHeaders(statuses.get(Math.min(number, statuses.size() - 1)), -1);
    exchange.close();
  }

  private String url() {
    return "http://127.0.0.1:" + site.getAddress().getPort() + "/health";
  }

  private void gates(String onFailure, String... gates) throws IOException {
    laptop.write(
        "deployctl.yml",
        config.replace(
            "batch-size: 2 }",
            "batch-size: 2, on-failure: "
                + onFailure
                + ", gates: ["
                + String.join(", ", gates)
                + "] }"));
  }

  /** A command that asks the canary for its version. */
  private static String smokeTest(Lab lab, String version) {
    return "{ name: smoke test, after: canary, command: [sh, -c, \"curl -s -H 'Host: blog.lab'"
        + " http://"
        + lab.run("ip", "host1")
        + "/ | grep -o version=[a-z0-9]* | tee /dev/stderr | grep -qx version="
        + version
        + "\"] }";
  }

  private static void assertVersions(Lab lab, String canary, String others) {
    assertThat(WebClient.version(lab, "host1", "blog")).isEqualTo(canary);
    for (String host : new String[] {"host2", "host3"}) {
      assertThat(WebClient.version(lab, host, "blog")).as(host).isEqualTo(others);
      assertThat(lab.status(host, "blog").path("lock").isNull()).as(host).isTrue();
    }
  }

  @Test
  void commandThatSaysNoRollsTheCanaryBack(Lab lab) throws Exception {
    gates("rollback", smokeTest(lab, "v2b"));

    ProgramResult stopped = laptop.tryRun("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
    assertThat(stopped.text())
        .contains("gate smoke test, after canary: asked")
        .contains("gate smoke test | version=v2")
        .contains("gate smoke test, after canary, did not pass: sh ended with exit code 1")
        .contains("1 rolled back (host1), 2 untouched (host2, host3)");
    assertVersions(lab, "v1", "v1");
  }

  @Test
  void siteThatIsNotGoodInTimeRollsTheCanaryBack(Lab lab) throws Exception {
    statuses = List.of(503);
    gates("rollback", "{ name: health, after: canary, url: '" + url() + "', timeout: 3s }");

    ProgramResult stopped = laptop.tryRun("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
    assertThat(stopped.text())
        .contains("did not pass: 127.0.0.1 answered 503, in 2 attempts, within 3.0 s")
        .doesNotContain("/health");
    assertVersions(lab, "v1", "v1");
  }

  @Test
  void alarmLeavesTheCanaryForAPersonWhereNothingIsRolledBack(Lab lab) throws Exception {
    LabAlarms.of(lab, laptop).set("gates-bad", "ALARM");
    gates("stop", "{ name: errors, alarm: gates-bad, region: " + LabAlarms.REGION + " }");

    ProgramResult stopped = laptop.tryRun("rollout", "blog", "--tag", "v2", "--json");

    assertThat(stopped.exit()).as(stopped.output()).isEqualTo(1);
    ObjectMapper json = new ObjectMapper();
    JsonNode last = json.readTree(stopped.out().lines().toList().getLast());
    assertThat(last.path("ending").asText()).isEqualTo("gate-failed");
    assertThat(last.at("/gates/0/passed").asBoolean(true)).isFalse();
    assertThat(last.at("/gates/0/message").asText())
        .isEqualTo("gates-bad is in the state ALARM: as the test says");
    assertThat(last.at("/counts/updated").asInt()).isEqualTo(1);
    assertThat(stopped.out())
        .containsSubsequence("\"gate.started\"", "\"gate.finished\"", "\"gate-failed\"");
    assertVersions(lab, "v2", "v1");
  }
}
