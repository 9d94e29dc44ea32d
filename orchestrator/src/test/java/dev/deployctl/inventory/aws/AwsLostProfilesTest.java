package dev.deployctl.inventory.aws;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A profile without credentials of its own, where a container offers those of another account. */
final class AwsLostProfilesTest extends AwsCredentialsFixture {
  private final HttpServer container =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  AwsLostProfilesTest() throws IOException {}

  @BeforeEach
  void offer() {
    container.createContext(
        "/",
        exchange -> {
          FakeEc2.send(
              exchange,
              200,
              "{\"AccessKeyId\":\"ASIAOTHER\",\"SecretAccessKey\":\"s\",\"Token\":\"t\","
                  + "\"Expiration\":\"2099-01-01T00:00:00Z\"}");
          exchange.close();
        });
    container.start();
    variables.put(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://127.0.0.1:" + container.getAddress().getPort() + "/creds");
    variables.put("AWS_PROFILE", "prod");
  }

  @AfterEach
  void endOffer() {
    container.stop(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "source_profile = base\n  role_arn = arn:aws:iam::222222222222:role/Prod\n",
        "output = json\n  role_arn : arn:aws:iam::222222222222:role/Prod\n",
        "output = json\n  text\n  credential_process = /bin/x\n",
        "source_profile = base\n",
        "sso_session = corp\n",
        "aws_secret_access_key = s\n",
        "role_arn =\n  source_profile = base\n"
      })
  void whoMeantOtherCredentialsGetsNoneOfTheContainer(String keys) {
    config("[profile prod]\n" + keys);
    credentials("[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");

    assertThat(failure()).hasMessageContaining("prod");
    assertThat(ec2.requests()).isEmpty();
  }

  @Test
  void theMessageNamesTheLostKey() {
    config("[profile prod]\nsource_profile = base\n  role_arn = arn:r\n");

    DeployException e = failure();
    assertThat(e)
        .hasMessage(
            "the AWS profile prod loses its key role_arn: that line is indented deeper than"
                + " source_profile above it, so it is a part of that value");
    assertThat(e.hint()).startsWith("begin all keys of a section at the same column");
  }

  @Test
  void aProfileThatSaysNothingOfCredentialsGoesOnWithAWarning() {
    config("[profile prod]\nregion = eu-west-1\n");
    List<String> warnings = new ArrayList<>();
    Ec2Inventory inventory = inventory(warnings::add);
    inventory.hosts(query("App", "blog"));

    assertThat(ec2.requests().getLast()).containsEntry("key", "ASIAOTHER");
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("the AWS profile prod has no credentials; those of the container's host at ")
        .endsWith(" are used");
    variables.remove("AWS_PROFILE");
    warnings.clear();
    inventory(warnings::add).hosts(query("App", "blog"));
    assertThat(warnings).as("nobody asked for a profile").isEmpty();
  }

  @Test
  void aSectionThatIsNoProfileIsNamedInTheHint() {
    config("[prod]\nregion = eu-west-1\n[profile Joe's Mac]\nregion = x\n");

    assertThat(failure().hint()).endsWith("is no profile as it is written: call it [profile prod]");
    variables.put("AWS_PROFILE", "Joe's Mac");
    assertThat(failure().hint()).endsWith("call it [profile \"Joe's Mac\"]");
  }

  @Test
  void credentialsInVariablesMayHaveExpired() {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", "AKIDVAR", "AWS_SECRET_ACCESS_KEY", "s"));
    config("[profile prod]\nregion = eu-west-1\n");
    variables.put("AWS_CREDENTIAL_EXPIRATION", Instant.now().plusSeconds(3600).toString());
    assertThat(request()).containsEntry("key", "AKIDVAR");
    variables.put("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00+00:00");

    assertThat(failure())
        .hasMessage(
            "the credentials from the variable AWS_ACCESS_KEY_ID expired at"
                + " 2020-01-01T00:00:00Z");
  }
}
