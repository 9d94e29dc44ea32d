package dev.deployctl.inventory.aws;

import com.sun.net.httpserver.HttpServer;
import dev.deployctl.inventory.ec2.FakeEc2;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An STS endpoint: returns session credentials, and records its requests. */
final class FakeSts implements AutoCloseable {
  private final HttpServer server;
  private final List<Map<String, String>> requests =
      Collections.synchronizedList(new ArrayList<>());
  private volatile long lifeSeconds = 3600;

  FakeSts() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Map<String, String> form = new LinkedHashMap<>();
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
          }
          String authorization =
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
          form.put("key", authorization.replaceFirst(".*Credential=([^/]+)/.*", "$1"));
          requests.add(form);
          answer(exchange, form);
          exchange.close();
        });
    server.start();
  }

  /** Sets the lifetime of the credentials. */
  FakeSts living(long seconds) {
    lifeSeconds = seconds;
    return this;
  }

  private void answer(com.sun.net.httpserver.HttpExchange exchange, Map<String, String> form)
      throws IOException {
    String action = String.valueOf(form.get("Action"));
    if (action.equals("GetCallerIdentity")) {
      FakeEc2.send(
          exchange,
          200,
          "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ci</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>");
    } else if (String.valueOf(form.get("RoleArn")).endsWith("/denied")) {
      FakeEc2.send(
          exchange,
          403,
          "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User:"
              + " arn:aws:iam::123456789012:user/ci is not authorized to perform:"
              + " sts:AssumeRole</Message></Error><RequestId>1</RequestId></ErrorResponse>");
    } else {
      String end =
          Instant.now().plusSeconds(lifeSeconds).truncatedTo(ChronoUnit.SECONDS).toString();
      FakeEc2.send(
          exchange,
          200,
          ("<%sResponse><%sResult><Credentials><AccessKeyId>ASIAROLE%d</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
               + "<SessionToken>role-token</SessionToken><Expiration>%s</Expiration></Credentials></%sResult></%sResponse>")
              .formatted(action, action, requests.size(), end, action, action));
    }
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Map<String, String>> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
