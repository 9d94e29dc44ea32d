package dev.deployctl.inventory.ec2;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An EC2 endpoint with failures on demand. It behaves like the real one where moto_server does not:
 * pages count instances and may split a reservation, tokens belong to their query, and unknown
 * filters are refused with the message of AWS.
 */
public final class FakeEc2 implements AutoCloseable {
  /** A faulty answer to one request. */
  @FunctionalInterface
  interface Fault {
    void answer(HttpExchange exchange) throws IOException;

    /** No fault: a request that is answered correctly. */
    Fault NONE = exchange -> {};
  }

  private static final int PER_RESERVATION = 7;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<FakeInstance> instances = new CopyOnWriteArrayList<>();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final List<Map<String, String>> requests =
      Collections.synchronizedList(new ArrayList<>());
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private volatile int pageSize = 1000;

  public FakeEc2(FakeInstance... instances) throws IOException {
    this.instances.addAll(List.of(instances));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sets the faults of the next requests, one each; later requests are answered correctly. */
  FakeEc2 then(Fault... next) {
    faults.addAll(List.of(next));
    return this;
  }

  /** Sets one fault for a number of requests. */
  FakeEc2 then(int times, Fault fault) {
    IntStream.range(0, times).forEach(i -> faults.add(fault));
    return this;
  }

  /** Limits the size of pages, whatever a request asks for. */
  FakeEc2 pagesOf(int size) {
    pageSize = size;
    return this;
  }

  /** Lets this region answer 503 until {@link #recovered}. */
  public void failing(String region) {
    failing.add(region);
  }

  /** Removes the faults that no request has had. */
  void healed() {
    faults.clear();
  }

  /** Lets every region answer correctly again. */
  public void recovered() {
    failing.clear();
  }

  /** From now on the instance of this id is another one, with other tags for example. */
  public void replace(FakeInstance other) {
    instances.replaceAll(one -> one.id().equals(other.id()) ? other : one);
  }

  /** From now on the instance of this id is listed no more. */
  public void forget(String id) {
    instances.removeIf(one -> one.id().equals(id));
  }

  /** Returns the parameters of the requests, with the region under {@code region}. */
  public List<Map<String, String>> requests() {
    return List.copyOf(requests);
  }

  static Fault error(int status, String code, String message) {
    return exchange ->
        send(
            exchange,
            status,
            "<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>4e0a-1</RequestID></Response>"
                .formatted(code, message));
  }

  static Fault body(int status, String body) {
    return exchange -> send(exchange, status, body);
  }

  /** Sends fewer bytes than it announces. */
  static Fault cut() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 5000);
      exchange
          .getResponseBody()
          .write("<DescribeInstancesResponse>".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** Reads the request and sends nothing for a time. */
  static Fault silent(long millis) {
    return exchange -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      exchange.close();
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> form = form(exchange);
      requests.add(form);
      if (failing.contains(form.get("region"))) {
        error(503, "Unavailable", "The service is unavailable").answer(exchange);
        return;
      }
      Fault fault = faults.poll();
      if (fault != null && !fault.equals(Fault.NONE)) {
        fault.answer(exchange);
        return;
      }
      if ("DescribeInstances".equals(form.get("Action"))) {
        describe(exchange, form);
      } else {
        error(400, "InvalidAction", "The action is not valid for this web service.")
            .answer(exchange);
      }
    }
  }

  private void describe(HttpExchange exchange, Map<String, String> form) throws IOException {
    Map<String, List<String>> filters = filters(form);
    for (String name : filters.keySet()) {
      if (!FakeInstance.knowsFilter(name)) {
        error(400, "InvalidParameterValue", "The filter '%s' is invalid".formatted(name))
            .answer(exchange);
        return;
      }
    }
    int asked = Integer.parseInt(form.getOrDefault("MaxResults", "1000"));
    if (asked < 5 || asked > 1000) {
      error(400, "InvalidMaxResults", "Value ( %d ) is invalid".formatted(asked)).answer(exchange);
      return;
    }
    String query = filters.hashCode() + "@" + form.get("region");
    String token = form.getOrDefault("NextToken", query + ":0");
    if (!token.startsWith(query + ":")) {
      error(400, "InvalidNextToken", "The token is not valid for this query").answer(exchange);
      return;
    }
    int from = Integer.parseInt(token.substring(query.length() + 1));
    List<FakeInstance> found =
        instances.stream()
            .filter(instance -> instance.region().equals(form.get("region")))
            .filter(
                i -> filters.entrySet().stream().allMatch(f -> i.passes(f.getKey(), f.getValue())))
            .toList();
    int to = Math.min(found.size(), from + Math.min(asked, pageSize));
    String next = to < found.size() ? "<nextToken>%s:%d</nextToken>".formatted(query, to) : "";
    send(exchange, 200, page(reservations(found, from, to), next));
  }

  static String page(String reservations, String rest) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>8f7c-1</requestId>\
    <reservationSet>%s</reservationSet>%s</DescribeInstancesResponse>\
    """
        .formatted(reservations, rest);
  }

  /** A reservation may continue on the next page. */
  private static String reservations(List<FakeInstance> found, int from, int to) {
    Map<Integer, String> byReservation = new LinkedHashMap<>();
    for (int i = from; i < to; i++) {
      byReservation.merge(i / PER_RESERVATION, found.get(i).xml(), String::concat);
    }
    return byReservation.entrySet().stream()
        .map(
            entry ->
                "<item><reservationId>r-%d</reservationId><ownerId>123456789012</ownerId><instancesSet>%s</instancesSet></item>"
                    .formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining());
  }

  private static Map<String, List<String>> filters(Map<String, String> form) {
    Map<String, List<String>> filters = new LinkedHashMap<>();
    for (int i = 1; form.containsKey("Filter." + i + ".Name"); i++) {
      List<String> values = new ArrayList<>();
      String value = form.get("Filter." + i + ".Value.1");
      for (int j = 2; value != null; j++) {
        values.add(value);
        value = form.get("Filter." + i + ".Value." + j);
      }
      filters.put(String.valueOf(form.get("Filter." + i + ".Name")), values);
    }
    return filters;
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException {
    Map<String, String> form = new LinkedHashMap<>();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    for (String pair : body.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      form.put(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
    }
    // Credential=AKID/20261123/eu-west-1/ec2/aws4_request
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    String[] scope = authorization.split("/", -1);
    form.put("region", scope.length > 2 ? scope[2] : "");
    form.put("key", authorization.replaceFirst(".*Credential=([^/]+)/.*", "$1"));
    form.put(
        "token", String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Security-Token")));
    return form;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  public static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/xml;charset=UTF-8");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
