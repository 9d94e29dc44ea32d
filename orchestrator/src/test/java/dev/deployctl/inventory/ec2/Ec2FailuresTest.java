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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error answer of AWS ends with one clear message: region, code, remedy. */
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
                + " throttles requests, also on the third try"
                + " (RequestLimitExceeded: Request limit exceeded.)",
            3),
        row(
            error(400, "Throttling", "Rate exceeded"),
            AT + " throttles requests, also on the third try (Throttling: Rate" + " exceeded)",
            3),
        row(
            error(500, "InternalError", "An internal error has occurred"),
            AT
                + " failed internally, also on the third try (InternalError: An internal"
                + " error has occurred)",
            3),
        row(
            error(503, "Unavailable", "The server is overloaded"),
            AT
                + " failed internally, also on the third try (Unavailable: The server is"
                + " overloaded)",
            3),
        row(
            body(502, "<html><body>Bad Gateway</body></html>"),
            AT + " answered 502 without an AWS error: another server answered",
            3),
        row(body(403, ""), AT + " answered 403 without an AWS error: another server answered", 1),
        row(body(302, ""), AT + " answered 302 without an AWS error: another server answered", 1),
        row(
            body(200, "<html><body>Sign in to the hotel</body></html>"),
            "EC2 in eu-west-1 answered 200 without content, so the hosts are unknown",
            1),
        row(
            body(200, "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>"),
            "EC2 in eu-west-1 answered 200 without content, so the hosts are unknown",
            1),
        row(body(200, "{\"reservations\": []}"), AT + " did not answer with the XML of EC2", 1),
        row(
            body(200, "<DescribeInstancesResponse><reservationSet><item>"),
            AT + " did not answer with the XML of EC2",
            1),
        row(body(200, ""), AT + " did not answer with the XML of EC2", 1),
        row(
            FakeEc2.cut(),
            "the connection to "
                + AT
                + " broke: Premature end of Content-Length delimited"
                + " message body (expected: 5,000; received: 27)",
            3),
        row(FakeEc2.silent(1000), AT + " sent nothing for 0.4 s, also on the third try", 3));
  }

  private static Arguments row(FakeEc2.Fault fault, String sentence, int requests) {
    return Arguments.of(fault, sentence, requests);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("answers")
  void eachAnswerHasItsMessage(FakeEc2.Fault fault, String sentence, int requests)
      throws IOException {
    try (FakeEc2 ec2 = new FakeEc2().then(9, fault)) {
      DeployException e = failure(ec2.endpoint());

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
  void anUnknownFilterIsReportedWithTheMessageOfAws() throws IOException {
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

  private static DeployException failure(String endpoint) {
    DeployException e =
        catchThrowableOfType(
            DeployException.class,
            () -> AwsEnvironments.inventory(endpoint, "eu-west-1").hosts(query("App", "blog")));
    assertThat(e).as("it did not fail").isNotNull();
    return e;
  }
}
