package dev.deployctl.inventory.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.deployctl.inventory.ec2.FakeEc2;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Credentials of the environment: of a CI system, of a container. */
final class AwsSurroundingCredentialsTest extends AwsCredentialsFixture {
  AwsSurroundingCredentialsTest() throws IOException {}

  @Test
  void webIdentityOfACiSystem() throws IOException {
    Path token = Files.writeString(home.resolve("token"), "jwt-1\n");
    variables.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
    variables.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci");

    assertThat(request()).containsEntry("key", "ASIAROLE1");
    assertThat(sts.requests().getFirst())
        .containsEntry("Action", "AssumeRoleWithWebIdentity")
        .containsEntry("WebIdentityToken", "jwt-1")
        .containsEntry("key", "null");
    Files.delete(token);
    assertThat(failure()).hasMessageStartingWith("cannot read the web identity token " + token);
    variables.remove("AWS_ROLE_ARN");
    assertThat(failure()).hasMessage("AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
  }

  @Test
  void theHostOfAContainer() throws IOException {
    HttpServer host =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    host.createContext(
        "/creds",
        exchange -> {
          boolean known = "tok".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          FakeEc2.send(
              exchange,
              known ? 200 : 403,
              "{\"AccessKeyId\":\"ASIACONT\",\"SecretAccessKey\":\"s\",\"Token\":\"t\","
                  + "\"Expiration\":\"2099-01-01T00:00:00Z\"}");
          exchange.close();
        });
    host.start();
    try {
      variables.put(
          "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "http://127.0.0.1:" + host.getAddress().getPort() + "/creds");
      variables.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "tok");

      assertThat(request()).containsEntry("key", "ASIACONT").containsEntry("token", "t");
      variables.remove("AWS_CONTAINER_AUTHORIZATION_TOKEN");
      assertThat(failure()).hasMessageStartingWith("the container's host gave no credentials at ");
    } finally {
      host.stop(0);
    }
  }
}
