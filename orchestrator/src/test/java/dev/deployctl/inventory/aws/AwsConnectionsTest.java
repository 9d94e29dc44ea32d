package dev.deployctl.inventory.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Proxies, endpoints and certificate authorities for AWS, as with the AWS CLI. */
final class AwsConnectionsTest extends AwsCredentialsFixture {
  AwsConnectionsTest() throws IOException {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", "AKIDVAR", "AWS_SECRET_ACCESS_KEY", "s"));
  }

  @Test
  void anHttpEndpointIsAskedThroughHttpProxyAndNotThroughHttpsProxy() {
    variables.put("AWS_ENDPOINT_URL_EC2", "http://ec2.internal.invalid:5000");
    variables.put("HTTPS_PROXY", "http://127.0.0.1:9");
    assertThat(failure()).as("nobody knows that name").hasMessageContaining("no address for EC2");

    variables.put("HTTP_PROXY", ec2.endpoint());
    assertThat(request()).containsEntry("key", "AKIDVAR");
    variables.put("http_proxy", ec2.endpoint().substring("http://".length()));
    variables.put("HTTP_PROXY", "http://127.0.0.1:9");
    assertThat(request()).as("small letters win").containsEntry("key", "AKIDVAR");
    variables.put("NO_PROXY", "localhost, .internal.invalid");
    assertThat(failure()).hasMessageContaining("no address for EC2");
  }

  @Test
  void anEndpointThatNoProxyNamesIsAskedDirectly() {
    variables.put("HTTP_PROXY", "http://127.0.0.1:9");
    assertThat(failure()).hasMessageContaining("Connection refused");
    variables.put("NO_PROXY", "127.0.0.1");
    assertThat(request()).containsEntry("key", "AKIDVAR");
  }

  @Test
  void whichProxyGoesWithWhichAddress() {
    variables.put("https_proxy", "https://user:p%40ss@proxy.example");
    variables.put("no_proxy", "example.com,.corp,host:8443");

    assertThat(proxy("https://ec2.eu-west-1.amazonaws.com"))
        .isEqualTo(new AwsProxy(true, "proxy.example", 443, "user", "p@ss"));
    assertThat(proxy("http://ec2.eu-west-1.amazonaws.com")).isNull();
    assertThat(
            List.of(
                "https://example.com",
                "https://a.example.com",
                "https://x.corp:1",
                "https://host:8443"))
        .allSatisfy(address -> assertThat(proxy(address)).isNull());
    assertThat(List.of("https://notexample.com", "https://host:1", "https://example.com.evil"))
        .allSatisfy(address -> assertThat(proxy(address)).isNotNull());
    variables.put("no_proxy", "*");
    assertThat(proxy("https://other")).isNull();
    variables.put("no_proxy", "");
    variables.put("https_proxy", "http://half:secret word@x");
    assertThatThrownBy(() -> proxy("https://other"))
        .hasMessage("the variable https_proxy (or in capitals) names no proxy");
  }

  private @Nullable AwsProxy proxy(String address) {
    return AwsProxy.of(
        URI.create(address),
        new AwsEnvironment(variables, home, null, warning -> {}, AwsEnvironment.Timeouts.DEFAULT));
  }

  @Test
  void configuredEndpointsAreIgnoredWhereTheProfileSaysSo() throws IOException {
    config(
        "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = http://127.0.0.1:9\n");
    AwsEnvironment world = AwsEnvironments.world(variables, home);
    AwsProfiles profiles = AwsProfiles.read(world, null);

    assertThat(new AwsEndpoints(world, profiles).of("ec2", "eu-west-1", null)).isNull();
    assertThat(new AwsEndpoints(world, profiles).of("ec2", "eu-west-1", "http://yml:6"))
        .isEqualTo("http://yml:6");
    variables.put("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false");
    AwsEnvironment other = AwsEnvironments.world(variables, home);
    assertThat(new AwsEndpoints(other, profiles).of("ec2", "eu-west-1", null))
        .as("the variable wins over the profile")
        .isEqualTo(ec2.endpoint());
  }

  @Test
  void aServicesSectionThatIsNotThereIsNoLeaveToAskAws() {
    variables.remove("AWS_ENDPOINT_URL_EC2");
    variables.remove("AWS_ENDPOINT_URL_STS");
    config("[default]\nservices = lab\n");

    assertThat(failure())
        .hasMessageStartingWith("the AWS profile default names the services section 'lab'");
  }

  @Test
  void authoritiesOfTheBundleTakeThePlaceOfJavas() throws Exception {
    Path pem = home.resolve("ca.pem");
    HttpsServer tls = tlsServer(pem);
    try {
      variables.put("AWS_ENDPOINT_URL_EC2", "https://127.0.0.1:" + tls.getAddress().getPort());
      variables.put("AWS_ENDPOINT_URL_STS", sts.endpoint());
      assertThat(failure()).hasMessageContaining("no trusted TLS connection");

      variables.put("AWS_CA_BUNDLE", pem.toString());
      assertThat(inventory().hosts(AwsEnvironments.query("App", "blog"))).isEmpty();
      variables.remove("AWS_CA_BUNDLE");
      config("[default]\nca_bundle = " + pem + "\n");
      assertThat(inventory().hosts(AwsEnvironments.query("App", "blog"))).isEmpty();
      variables.put("AWS_CA_BUNDLE", home.resolve("nowhere.pem").toString());
      assertThat(failure())
          .hasMessage(
              "cannot read the bundle of certificate authorities "
                  + home.resolve("nowhere.pem")
                  + ", from AWS_CA_BUNDLE: there is no such file");
      variables.put(
          "AWS_CA_BUNDLE", Files.writeString(home.resolve("empty.pem"), "# none\n").toString());
      assertThat(failure()).hasMessageEndingWith("it holds no certificate in PEM form");
    } finally {
      tls.stop(0);
    }
  }

  private HttpsServer tlsServer(Path pem) throws Exception {
    Path store = home.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=proxy",
                "-ext",
                "san=ip:127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    char[] password = "secret".toCharArray();
    KeyStore keys = KeyStore.getInstance(store.toFile(), password);
    Files.writeString(
        pem,
        "# a comment - with dashes\n-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getCertificate("server").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          byte[] answer =
              "<DescribeInstancesResponse><requestId>r-1</requestId><reservationSet/></DescribeInstancesResponse>"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }
}
