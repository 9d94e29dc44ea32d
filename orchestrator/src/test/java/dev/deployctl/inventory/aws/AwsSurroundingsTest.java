package dev.deployctl.inventory.aws;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.inventory.ec2.FakeInstance;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions, endpoints and the instance's own metadata, by the rules of the AWS CLI. */
final class AwsSurroundingsTest {
  private static final String METADATA = "com.amazonaws.sdk.ec2MetadataServiceEndpointOverride";

  @TempDir private Path home;

  private final Map<String, String> variables =
      new HashMap<>(Map.of("AWS_EC2_METADATA_DISABLED", "true"));

  private AwsEnvironment world() {
    return AwsEnvironments.world(variables, home);
  }

  private AwsProfiles profiles() {
    return AwsProfiles.read(world(), null);
  }

  private void config(String text) throws IOException {
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(home.resolve(".aws/config"), text);
  }

  private String region() {
    return String.join(",", AwsRegions.of(List.of(), world(), profiles()));
  }

  @Test
  void theRegionComesFromTheFirstThatNamesOne() throws IOException {
    assertThatThrownBy(this::region)
        .hasMessage(
            "no AWS region: neither deployctl.yml, AWS_REGION, AWS_DEFAULT_REGION nor the profile"
                + " default names one");
    config("[default]\nregion = eu-north-1\n[profile p]\nregion=sa-east-1\n");
    assertThat(region()).isEqualTo("eu-north-1");
    variables.put("AWS_PROFILE", "p");
    assertThat(region()).isEqualTo("sa-east-1");
    variables.put("AWS_DEFAULT_REGION", "us-gov-west-1");
    assertThat(region()).isEqualTo("us-gov-west-1");
    variables.put("AWS_REGION", "eusc-de-east-1");
    assertThat(region()).isEqualTo("eusc-de-east-1");
    assertThat(AwsRegions.of(List.of("ap-east-2", "ap-east-2"), world(), profiles()))
        .containsExactly("ap-east-2");
  }

  @Test
  void whatIsNoRegionIsToldWithItsSource() throws IOException {
    variables.put("AWS_REGION", "Ireland");
    assertThatThrownBy(this::region)
        .hasMessage(
            "not an AWS region: 'Ireland', from the variable AWS_REGION or AWS_DEFAULT_REGION");
    variables.remove("AWS_REGION");
    config("[default]\nregion = eu-west-1 # Ireland\n");
    assertThatThrownBy(this::region).hasMessageEndingWith("from the AWS profile default");
  }

  @Test
  void theEndpointComesFromTheFirstThatNamesOne() throws IOException {
    assertThat(endpoint(null)).isNull();
    config(
        "[default]\nendpoint_url = http://profile:1\nservices = lab\n"
            + "[services lab]\nec2 =\n  endpoint_url = http://service:2\nsts =\n  endpoint_url ="
            + " http://sts:3\n");
    assertThat(endpoint(null)).isEqualTo("http://service:2");
    assertThat(new AwsEndpoints(world(), profiles()).of("sts", "eu-west-1", null))
        .isEqualTo("http://sts:3");
    variables.put("AWS_ENDPOINT_URL", "http://all:4");
    assertThat(endpoint(null)).isEqualTo("http://all:4");
    variables.put("AWS_ENDPOINT_URL_EC2", "http://ec2:5");
    assertThat(endpoint(null)).isEqualTo("http://ec2:5");
    assertThat(endpoint("http://yml:6")).isEqualTo("http://yml:6");
    variables.put("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    assertThat(endpoint(null)).isNull();
    variables.put("AWS_USE_FIPS_ENDPOINT", "true");
    assertThat(endpoint(null)).isEqualTo("https://ec2-fips.eu-west-1.amazonaws.com");
  }

  @Test
  void whatIsNoEndpointIsToldWithItsSource() {
    variables.put("AWS_ENDPOINT_URL", "localhost:5000");
    assertThatThrownBy(() -> endpoint(null))
        .hasMessage("not an endpoint: 'localhost:5000', from AWS_ENDPOINT_URL");
  }

  private @org.jspecify.annotations.Nullable String endpoint(
      @org.jspecify.annotations.Nullable String configured) {
    return new AwsEndpoints(world(), profiles()).of("ec2", "eu-west-1", configured);
  }

  @Test
  void anInstanceWithARoleNeedsNoSettings() throws IOException {
    HttpServer metadata =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    metadata.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          boolean token = "PUT".equals(exchange.getRequestMethod());
          boolean known =
              "v2".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
          String answer =
              token
                  ? "v2"
                  : path.endsWith("/security-credentials/")
                      ? "web-role"
                      : path.endsWith("/document")
                          ? "{\"region\":\"eu-west-1\"}"
                          : "{\"Code\":\"Success\",\"AccessKeyId\":\"ASIAINST\",\"SecretAccessKey\":\"s\","
                                + "\"Token\":\"t\",\"Expiration\":\"2099-01-01T00:00:00Z\"}";
          FakeEc2.send(exchange, token || known ? 200 : 401, answer);
          exchange.close();
        });
    metadata.start();
    System.setProperty(METADATA, "http://127.0.0.1:" + metadata.getAddress().getPort());
    try (FakeEc2 ec2 = new FakeEc2(FakeInstance.of("i-1", "App=blog"))) {
      variables.put("AWS_EC2_METADATA_DISABLED", "false");
      variables.put("AWS_ENDPOINT_URL_EC2", ec2.endpoint());
      Ec2Inventory inventory =
          new Ec2Inventory(InventorySettings.Ec2.inRegions(List.of()), world());

      assertThat(inventory.hosts(query("App", "blog"))).hasSize(1);
      assertThat(ec2.requests().getFirst())
          .containsEntry("key", "ASIAINST")
          .containsEntry("token", "t")
          .containsEntry("region", "eu-west-1");
      assertThat(inventory.describe()).isEqualTo("EC2 eu-west-1");
    } finally {
      System.clearProperty(METADATA);
      metadata.stop(0);
    }
  }

  @Test
  void withoutARegionTheDescriptionStillStands() {
    Ec2Inventory inventory = new Ec2Inventory(InventorySettings.Ec2.inRegions(List.of()), world());

    assertThat(inventory.describe()).isEqualTo("EC2 without a region");
    assertThatThrownBy(() -> inventory.hosts(query("App", "blog")))
        .isInstanceOf(DeployException.class);
  }
}
