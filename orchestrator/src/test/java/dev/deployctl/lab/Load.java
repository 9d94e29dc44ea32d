package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Traffic on hosts, from the first answer of each until it is stopped, and the count of lost
 * requests.
 */
final class Load implements AutoCloseable {
  private final Process process;
  private final Path result;

  private Load(Process process, Path result) {
    this.process = process;
    this.result = result;
  }

  /** Starts traffic of a mix: {@code fast}, {@code slow} or {@code both}. */
  static Load on(Lab lab, Path directory, String app, String hosts, String mix, String... more)
      throws IOException, InterruptedException {
    Path ready = directory.resolve("load-ready");
    Path result = directory.resolve("load.json");
    Files.deleteIfExists(ready);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "load",
                "--app",
                app,
                "--hosts",
                hosts,
                "--mix",
                mix,
                "--max-seconds",
                "1200",
                "--ready-file",
                ready.toString(),
                "--out",
                result.toString()));
    arguments.addAll(List.of(more));
    Process process = lab.start(arguments.toArray(String[]::new));
    for (int i = 0; !Files.exists(ready); i++) {
      if (i > 300 || !process.isAlive()) {
        process.destroy();
        throw new AssertionError(
            "no traffic: "
                + new String(
                    process.getErrorStream().readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8));
      }
      Thread.sleep(100);
    }
    return new Load(process, result);
  }

  /**
   * Starts steady traffic of short requests that needs little processor time: for failure
   * scenarios, not for measurements.
   */
  static Load light(Lab lab, Path directory, String app, String... hosts)
      throws IOException, InterruptedException {
    return on(lab, directory, app, String.join(",", hosts), "light");
  }

  /** Stops the traffic, waits for the requests that run, and counts. */
  Count stop() throws IOException, InterruptedException {
    assertThat(process.isAlive()).as("traffic lasts to the end").isTrue();
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the load generator does not end");
    }
    return new Count(new ObjectMapper().readTree(result.toFile()));
  }

  /** Stops the traffic, of which no request may be lost. */
  Count stopWithoutLoss() throws IOException, InterruptedException {
    Count count = stop();
    assertThat(count.sent()).as(count.toString()).isPositive();
    assertThat(count.lost()).as(count.toString()).isZero();
    assertThat(count.races()).as(count.toString()).isZero();
    return count;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The number of requests that were sent and lost. */
  record Count(JsonNode json) {
    long sent() {
      return json.path("sent").asLong(-1);
    }

    /** Returns the lost requests without those of the keep-alive race. */
    long lost() {
      return json.path("lost").asLong(-1);
    }

    /**
     * Returns the number of reused connections that were closed before any byte of an answer: nginx
     * never read the request.
     */
    long races() {
      return json.path("races").asLong(-1);
    }

    @Override
    public String toString() {
      return json.toPrettyString();
    }
  }
}
