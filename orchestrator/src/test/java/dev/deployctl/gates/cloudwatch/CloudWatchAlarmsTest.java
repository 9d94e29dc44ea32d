package dev.deployctl.gates.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.deployctl.gates.Alarms;
import dev.deployctl.inventory.aws.AwsEnvironments;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** DescribeAlarms: the request, its answers, and every failure that users meet. */
final class CloudWatchAlarmsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private FakeCloudWatch server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeCloudWatch();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Map<String, String> variables() {
    return new HashMap<>(
        Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDTEST",
            "AWS_SECRET_ACCESS_KEY", "canary-secret",
            "AWS_SESSION_TOKEN", "session",
            "AWS_REGION", "eu-west-1",
            "AWS_ENDPOINT_URL_CLOUDWATCH", server.endpoint(),
            "AWS_EC2_METADATA_DISABLED", "true"));
  }

  private List<Alarms.State> states(@Nullable String region, String... names) {
    return new CloudWatchAlarms(
            new InventorySettings.HostsFile(Path.of("hosts.yml")),
            AwsEnvironments.world(variables(), Path.of("/nonexistent")))
        .states(List.of(names), region, LIMIT);
  }

  private DeployException failure() {
    return catchThrowableOfType(DeployException.class, () -> states(null, "blog-5xx"));
  }

  @Test
  void requestIsSignedForTheServiceAndTheRegionAndNamesEveryAlarm() {
    server.has("blog-5xx", "OK", "good");
    states("ap-northeast-1", "blog-5xx", "blog & latency");

    FakeCloudWatch.Request request = server.requests().getFirst();
    assertThat(request.headers().get("Authorization"))
        .matches(
            "AWS4-HMAC-SHA256 Credential=AKIDTEST/[0-9]{8}/ap-northeast-1/monitoring/aws4_request,"
                + " SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}");
    assertThat(request.headers().get("X-Amz-Security-Token")).isEqualTo("session");
    assertThat(request.form())
        .containsEntry("Action", "DescribeAlarms")
        .containsEntry("Version", "2010-08-01")
        .containsEntry("AlarmNames.member.1", "blog-5xx")
        .containsEntry("AlarmNames.member.2", "blog & latency")
        .containsEntry("AlarmTypes.member.2", "CompositeAlarm");
  }

  @Test
  void fieldsInsideAnAlarmAreNotTakenForItsOwn() {
    server.has("blog-5xx", "ALARM", "Threshold &amp; more");
    assertThat(states(null, "blog-5xx"))
        .containsExactly(new Alarms.State("blog-5xx", "ALARM", "Threshold & more"));
  }

  @Test
  void throttlingIsTriedAgain() {
    server.fails(400, "Throttling", "Rate exceeded").has("blog-5xx", "OK", "good");
    assertThat(states(null, "blog-5xx")).hasSize(1);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void throttlingThatGoesOnIsTold() {
    server.fails(400, "Throttling", "Rate exceeded");
    assertThat(failure())
        .hasMessage(
            "CloudWatch in eu-west-1 at %s throttles requests, also on the third try (Throttling:"
                    .formatted(server.endpoint())
                + " Rate exceeded)");
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void expiredCredentialsAreTold() {
    server.fails(403, "ExpiredToken", "The security token included in the request is expired");
    assertThat(failure())
        .hasMessageContaining(
            "says that the credentials from the variable AWS_ACCESS_KEY_ID have expired");
  }

  @Test
  void missingRightsAreToldWithThePermission() {
    server.fails(403, "AccessDenied", "User is not authorized");
    assertThat(failure()).hasMessageContaining("does not allow this");
    assertThat(failure().hint()).isEqualTo("they need the permission cloudwatch:DescribeAlarms");
  }

  @Test
  void answerThatIsNotOfCloudWatchIsNoAnswer() {
    server.answers(200, "<html><body>Log in to the network</body></html>");
    assertThat(failure()).hasMessageContaining("CloudWatch in eu-west-1");
  }

  @Test
  void answerWithAnEntityOfItsOwnIsNotExpanded() {
    server.answers(
        200,
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
            + "<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms><member>"
            + "<AlarmName>&e;</AlarmName></member></MetricAlarms></DescribeAlarmsResult>"
            + "</DescribeAlarmsResponse>");
    assertThat(failure()).isNotNull();
  }
}
