package dev.deployctl.inventory.ec2;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static dev.deployctl.inventory.ec2.FakeEc2.body;
import static dev.deployctl.inventory.ec2.FakeEc2.error;
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
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which AWS can fail ends in one clear sentence: region, code, what to do. */
final class Ec2FailuresTest {
  private static final String AT = "EC2 in eu-west-1 at ENDPOINT";

  static List<Arguments> answers() {
    String key = "the credentials from the variable AWS_ACCESS_KEY_ID";
    return List.of(
        row(
            error(
                401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
            AT
                + (" does not accept " + key)
                + " (AuthFailure: AWS was not able to validate the provided access credentials)",
            3),
        row(
            error(
                401, "SignatureDoesNotMatch", "The request signature we calculated does not match"),
            AT
                + " does not accept "
                + key
                + " (SignatureDoesNotMatch: The request signature we"
                + " calculated does not match)",
            3),
        row(
            error(400, "RequestExpired", "Request has expired."),
            AT + " says that " + key + " have expired (RequestExpired: Request has expired.)",
            3),
        row(
            error(
                403,
                "UnauthorizedOperation",
                "You are not authorized to perform this operation. Encoded authorization failure"
                    + " message: AAAABBBBCCCC"),
            AT
                + " does not allow this with "
                + key
                + " (UnauthorizedOperation: You are not"
                + " authorized to perform this operation.)",
            1),
        row(
            error(403, "InvalidClientTokenId", "The security token included is invalid"),
            AT
                + " does not accept "
                + key
                + " (InvalidClientTokenId: The security token included is"
                + " invalid)",
            1),
        row(
            error(403, "Blocked", "This account is currently blocked"),
            AT + " is not open to this AWS account (Blocked: This account is currently blocked)",
            1),
        row(
            error(401, "OptInRequired", "You are not subscribed to this service"),
            AT
                + " is not open to this AWS account (OptInRequired: You are not subscribed to this"
                + " service)",
            1),
        row(
            error(400, "InvalidParameterValue", "The filter 'tga:App' is invalid"),
            AT + " refuses the query (InvalidParameterValue: The filter 'tga:App' is invalid)",
            1),
        row(
            error(400, "InvalidInstanceID.Malformed", "Invalid id: \"x\""),
            AT + " refuses the query (InvalidInstanceID.Malformed: Invalid id: \"x\")",
            1),
        row(
            error(503, "RequestLimitExceeded", "Request limit exceeded."),
            AT
                + " turns us away for too many requests, on the third try as well"
                + " (RequestLimitExceeded: Request limit exceeded.)",
            3),
        row(
            error(400, "Throttling", "Rate exceeded"),
            AT
                + " turns us away for too many requests, on the third try as well (Throttling: Rate"
                + " exceeded)",
            3),
        row(
            error(500, "InternalError", "An internal error has occurred"),
            AT
                + " has a failure of its own, on the third try as well (InternalError: An internal"
                + " error has occurred)",
            3),
        row(
            error(503, "Unavailable", "The server is overloaded"),
            AT
                + " has a failure of its own, on the third try as well (Unavailable: The server is"
                + " overloaded)",
            3),
        row(
            body(502, "<html><body>Bad Gateway</body></html>"),
            AT + " answered 502 without AWS's own words: somebody else answered",
            3),
        row(body(403, ""), AT + " answered 403 without AWS's own words: somebody else answered", 1),
        row(body(302, ""), AT + " answered 302 without AWS's own words: somebody else answered", 1),
        row(
            body(200, "<html><body>Sign in to the hotel</body></html>"),
            "EC2 in eu-west-1 answered 200 without content, which says nothing about hosts",
            1),
        row(
            body(200, "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>"),
            "EC2 in eu-west-1 answered 200 without content, which says nothing about hosts",
            1),
        row(
            body(200, "{\"reservations\": []}"),
            AT + " answered with something else than EC2's XML",
            1),
        row(
            body(200, "<DescribeInstancesResponse><reservationSet><item>"),
            AT + " answered with something else than EC2's XML",
            1),
        row(body(200, ""), AT + " answered with something else than EC2's XML", 1),
        row(
            FakeEc2.cut(),
            "the connection to "
                + AT
                + " broke off: Premature end of Content-Length delimited"
                + " message body (expected: 5,000; received: 27)",
            3),
        row(FakeEc2.silent(1000), AT + " said nothing for 0.4 s, on the third try as well", 3));
  }

  private static Arguments row(FakeEc2.Fault fault, String sentence, int requests) {
    return Arguments.of(fault, sentence, requests);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("answers")
  void eachAnswerHasItsSentence(FakeEc2.Fault fault, String sentence, int requests)
      throws IOException {
    try (FakeEc2 ec2 = new FakeEc2().then(9, fault)) {
      DeployException e = failure(ec2.endpoint(), "eu-west-1");

      assertThat(e.getMessage()).isEqualTo(sentence.replace("ENDPOINT", ec2.endpoint()));
      assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("canary-secret");
      assertThat(e.hint()).as("what to do next").isNotBlank();
      assertThat(e.kind()).isIn(FailureKind.INVENTORY, FailureKind.CONFIG);
      assertThat(ec2.requests()).hasSize(requests);
    }
  }

  @Test
  void aPassingFailureIsRetried() throws IOException {
    FakeEc2.Fault throttled = error(503, "RequestLimitExceeded", "Request limit exceeded.");
    try (FakeEc2 ec2 = new FakeEc2(FakeInstance.of("i-1", "App=blog")).then(2, throttled)) {
      assertThat(AwsEnvironments.inventory(ec2.endpoint(), "eu-west-1").hosts(query("App", "blog")))
          .hasSize(1);
      assertThat(ec2.requests()).hasSize(3);
    }
  }

  @Test
  void anUnknownFilterIsToldInAwsOwnWords() throws IOException {
    try (FakeEc2 ec2 = new FakeEc2()) {
      InventorySettings.Ec2 settings =
          new InventorySettings.Ec2(
              List.of("eu-west-1"),
              Map.of("tga:Env", List.of("x")),
              List.of(),
              null,
              null,
              null,
              null,
              false);
      AwsEnvironment world =
          AwsEnvironments.world(AwsEnvironments.variables(ec2.endpoint()), Path.of("/nowhere"));
      DeployException e =
          catchThrowableOfType(
              DeployException.class,
              () -> new Ec2Inventory(settings, world).hosts(query("App", "blog")));

      assertThat(e)
          .hasMessageEndingWith(
              "refuses the query (InvalidParameterValue: The filter 'tga:Env' is invalid)");
      assertThat(e.kind()).isEqualTo(FailureKind.CONFIG);
    }
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertThat(failure("http://127.0.0.1:" + port, "eu-west-1"))
        .hasMessage(
            "no connection to EC2 in eu-west-1 at http://127.0.0.1:"
                + port
                + ": Connection refused");
  }

  @Test
  void nobodyAcceptsTheConnection() throws IOException {
    // One connection waits, none is accepted: the next finds the queue full.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<java.net.Socket> waiting = new java.util.ArrayList<>();
      for (int i = 0; i < 2; i++) {
        waiting.add(new java.net.Socket(full.getInetAddress(), full.getLocalPort()));
      }

      String endpoint = "http://127.0.0.1:" + full.getLocalPort();
      assertThat(failure(endpoint, "eu-west-1"))
          .hasMessage("no connection to EC2 in eu-west-1 at " + endpoint + " within 0.4 s");
      for (java.net.Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void aNameThatNobodyKnows() {
    assertThat(failure("http://ec2.nowhere.invalid", "eu-west-1"))
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

      assertThat(failure(endpoint, "eu-west-1"))
          .hasMessageStartingWith(
              "EC2 in eu-west-1 at " + endpoint + " could not be asked: no trusted TLS connection");
    }
  }

  @Test
  void theWholeQuestionHasALimit() throws IOException {
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
          .hasMessageEndingWith(" was not done after 0.9 s: given up");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void anInterruptIsObeyedAtOnce() throws IOException, InterruptedException {
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

  private static DeployException failure(String endpoint, String region) {
    DeployException e =
        catchThrowableOfType(
            DeployException.class,
            () -> AwsEnvironments.inventory(endpoint, region).hosts(query("App", "blog")));
    assertThat(e).as("it did not fail").isNotNull();
    return e;
  }
}
