package dev.deployctl.inventory.ec2;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.inventory.aws.AwsEnvironments;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Failures of connections to EC2 end with a clear message in limited time. */
final class Ec2ConnectionFailuresTest {
  @Test
  void aClosedPort() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertThat(failure("http://127.0.0.1:" + port))
        .hasMessage(
            "no connection to EC2 in eu-west-1 at http://127.0.0.1:"
                + port
                + ": Connection refused");
  }

  @Test
  void aConnectionThatIsNotAccepted() throws IOException {
    // One connection waits, none is accepted: the next finds the queue full.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<java.net.Socket> waiting = new java.util.ArrayList<>();
      for (int i = 0; i < 2; i++) {
        waiting.add(new java.net.Socket(full.getInetAddress(), full.getLocalPort()));
      }

      String endpoint = "http://127.0.0.1:" + full.getLocalPort();
      assertThat(failure(endpoint))
          .hasMessage("no connection to EC2 in eu-west-1 at " + endpoint + " within 0.4 s");
      for (java.net.Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void aNameWithoutAddress() {
    assertThat(failure("http://ec2.nowhere.invalid"))
        .hasMessageStartingWith(
            "there is no address for EC2 in eu-west-1 at http://ec2.nowhere.invalid: the name"
                + " ec2.nowhere.invalid");
  }

  @Test
  void plainHttpBehindAnHttpsEndpoint() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                while (!plain.isClosed()) {
                  try (java.net.Socket socket = plain.accept()) {
                    socket
                        .getOutputStream()
                        .write(
                            "HTTP/1.1 400 Bad Request\r\n\r\n"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                  } catch (IOException closed) {
                    return;
                  }
                }
              });
      String endpoint = "https://127.0.0.1:" + plain.getLocalPort();

      assertThat(failure(endpoint))
          .hasMessageStartingWith(
              "EC2 in eu-west-1 at " + endpoint + " cannot be reached: no trusted TLS connection");
    }
  }

  @Test
  void theWholeQueryHasATimeLimit() throws IOException {
    FakeEc2.Fault drip =
        exchange -> {
          exchange.sendResponseHeaders(200, 10_000);
          try {
            for (int i = 0; i < 60; i++) {
              exchange.getResponseBody().write(' ');
              exchange.getResponseBody().flush();
              Thread.sleep(100);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    AwsEnvironment.Timeouts brief =
        new AwsEnvironment.Timeouts(
            Duration.ofMillis(400), Duration.ofMillis(400), Duration.ofMillis(900));
    try (FakeEc2 ec2 = new FakeEc2().then(9, drip)) {
      AwsEnvironment world =
          new AwsEnvironment(
              AwsEnvironments.variables(ec2.endpoint()), Path.of("/nowhere"), null, w -> {}, brief);
      Ec2Inventory inventory =
          new Ec2Inventory(InventorySettings.Ec2.inRegions(List.of("eu-west-1")), world);
      long start = System.nanoTime();

      assertThat(
              catchThrowableOfType(
                  DeployException.class, () -> inventory.hosts(query("App", "blog"))))
          .hasMessageEndingWith(" did not answer completely within 0.9 s");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void anInterruptEndsTheQueryAtOnce() throws IOException, InterruptedException {
    AwsEnvironment.Timeouts patient =
        new AwsEnvironment.Timeouts(
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(60));
    try (FakeEc2 ec2 = new FakeEc2().then(9, FakeEc2.silent(30_000))) {
      AwsEnvironment world =
          new AwsEnvironment(
              AwsEnvironments.variables(ec2.endpoint()),
              Path.of("/nowhere"),
              null,
              w -> {},
              patient);
      Ec2Inventory inventory =
          new Ec2Inventory(InventorySettings.Ec2.inRegions(List.of("eu-west-1")), world);
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread caller =
          Thread.ofPlatform()
              .start(
                  () ->
                      end.set(
                          catchThrowableOfType(
                              DeployException.class, () -> inventory.hosts(query("App", "x")))));
      while (ec2.requests().isEmpty()) {
        Thread.sleep(10);
      }
      caller.interrupt();

      assertThat(caller.join(Duration.ofSeconds(3))).as("left within 3 s").isTrue();
      assertThat(end.get())
          .isInstanceOfSatisfying(
              DeployException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED));
    }
  }

  private static DeployException failure(String endpoint) {
    DeployException e =
        catchThrowableOfType(
            DeployException.class,
            () -> AwsEnvironments.inventory(endpoint, "eu-west-1").hosts(query("App", "blog")));
    assertThat(e).as("it did not fail").isNotNull();
    return e;
  }
}
