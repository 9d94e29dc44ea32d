package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.ec2.MotoServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Alarms of CloudWatch at the AWS endpoint of a lab. */
final class LabAlarms {
  static final String REGION = "ap-northeast-1";

  private final URI endpoint;

  private LabAlarms(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** Lets a workstation ask the endpoint of the lab. */
  static LabAlarms of(Lab lab, Workstation laptop) {
    MotoServer.required();
    Map<String, String> variables =
        lab.run("ec2-env")
            .lines()
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf('=')),
                    line -> line.substring(line.indexOf('=') + 1)));
    variables.forEach(laptop::setEnv);
    String endpoint = Objects.requireNonNull(variables.get("AWS_ENDPOINT_URL_EC2"));
    laptop.setEnv("AWS_ENDPOINT_URL_CLOUDWATCH", endpoint);
    return new LabAlarms(URI.create(endpoint));
  }

  /** Makes an alarm, or gives one another state. */
  void set(String name, String state) throws IOException, InterruptedException {
    call(
        "Action=PutMetricAlarm&Namespace=lab&MetricName=errors&Statistic=Sum&Period=60"
            + "&EvaluationPeriods=1&Threshold=1&ComparisonOperator=GreaterThanThreshold&AlarmName="
            + name);
    call(
        "Action=SetAlarmState&StateReason=as+the+test+says&AlarmName="
            + name
            + "&StateValue="
            + state);
  }

  private void call(String form) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=lab/20260101/"
                    + REGION
                    + "/monitoring/aws4_request, SignedHeaders=host, Signature=0")
            .POST(HttpRequest.BodyPublishers.ofString(form + "&Version=2010-08-01"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }
}
