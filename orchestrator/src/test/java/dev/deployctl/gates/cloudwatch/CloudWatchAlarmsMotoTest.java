package dev.deployctl.gates.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.gates.Alarms;
import dev.deployctl.inventory.aws.AwsEnvironments;
import dev.deployctl.inventory.ec2.MotoServer;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms of a real CloudWatch endpoint, moto_server, over HTTP. */
@Tag("moto")
final class CloudWatchAlarmsMotoTest {
  @TempDir private Path directory;

  private static void call(String endpoint, String form) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(endpoint))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .header(
                      "Authorization",
                      "AWS4-HMAC-SHA256"
                          + " Credential=AKIDTEST/20260101/eu-west-1/monitoring/aws4_request,"
                          + " SignedHeaders=host, Signature=0")
                  .POST(HttpRequest.BodyPublishers.ofString(form + "&Version=2010-08-01"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void statesAreThoseOfTheAlarmsAndTheOthersAreNotAmongThem() throws Exception {
    try (MotoServer moto = MotoServer.start(MotoServer.required(), directory.resolve("moto.log"))) {
      for (String name : List.of("blog-5xx", "blog-latency", "other")) {
        call(
            moto.endpoint(),
            "Action=PutMetricAlarm&AlarmName="
                + name
                + "&Namespace=blog&MetricName=m&Statistic=Sum&Period=60&EvaluationPeriods=1"
                + "&Threshold=1&ComparisonOperator=GreaterThanThreshold");
      }
      String set = "Action=SetAlarmState&AlarmName=";
      call(moto.endpoint(), set + "blog-5xx&StateValue=ALARM&StateReason=3+of+3+datapoints");
      call(moto.endpoint(), set + "blog-latency&StateValue=OK&StateReason=good");
      Map<String, String> variables = new HashMap<>(AwsEnvironments.variables(moto.endpoint()));
      variables.put("AWS_ENDPOINT_URL", moto.endpoint());
      Alarms alarms =
          new CloudWatchAlarms(
              InventorySettings.Ec2.inRegions(List.of("eu-west-1")),
              AwsEnvironments.world(variables, directory));

      assertThat(
              alarms.states(
                  List.of("blog-5xx", "blog-latency", "missing"), null, Duration.ofSeconds(30)))
          .containsExactlyInAnyOrder(
              new Alarms.State("blog-5xx", "ALARM", "3 of 3 datapoints"),
              new Alarms.State("blog-latency", "OK", "good"));
      assertThat(alarms.states(List.of("blog-5xx"), "us-east-1", Duration.ofSeconds(30))).isEmpty();
    }
  }
}
