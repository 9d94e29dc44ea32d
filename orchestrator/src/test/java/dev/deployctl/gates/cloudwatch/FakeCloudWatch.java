package dev.deployctl.gates.cloudwatch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.deployctl.inventory.ec2.FakeEc2;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A CloudWatch endpoint that answers with what a test gives it, and keeps the requests. */
final class FakeCloudWatch implements AutoCloseable {
  /** An answer to one request. */
  record Answer(int status, String body) {}

  /** A request: its headers and the fields of its form. */
  record Request(Map<String, String> headers, Map<String, String> form) {}

  private final HttpServer server;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  FakeCloudWatch() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Adds an answer; the last one is repeated. */
  FakeCloudWatch answers(int status, String body) {
    answers.add(new Answer(status, body));
    return this;
  }

  FakeCloudWatch fails(int status, String code, String message) {
    return answers(
        status,
        "<ErrorResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>1</RequestId></ErrorResponse>"
            .formatted(code, message));
  }

  /** Adds an answer with one alarm in the list of metric alarms. */
  FakeCloudWatch has(String name, String state, String reason) {
    return answers(
        200,
        """
        <DescribeAlarmsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">
          <DescribeAlarmsResult>
            <CompositeAlarms/>
            <MetricAlarms>
              <member>
                <AlarmName>%s</AlarmName>
                <Metrics><member><Id>m1</Id><StateValue>OK</StateValue></member></Metrics>
                <StateReason>%s</StateReason>
                <StateValue>%s</StateValue>
              </member>
            </MetricAlarms>
          </DescribeAlarmsResult>
        </DescribeAlarmsResponse>
        """
            .formatted(name, reason, state));
  }

  List<Request> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> form = new TreeMap<>();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      for (String pair : body.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        form.put(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
      }
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      requests.add(new Request(headers, form));
      Answer answer = answers.size() > 1 ? answers.poll() : answers.peek();
      FakeEc2.send(
          exchange, answer == null ? 500 : answer.status(), answer == null ? "" : answer.body());
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
