package dev.deployctl.inventory.aws;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Assumed roles: from profiles, from deployctl.yml, with an MFA code, in a chain. */
final class AwsRolesTest extends AwsCredentialsFixture {
  AwsRolesTest() throws IOException {}

  @Test
  void aRoleWithExternalIdAndMfaCode() {
    credentials("[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");
    config(
        """
        [profile ops]
        role_arn = arn:aws:iam::123456789012:role/ops
        source_profile = base
        external_id = ext-1
        mfa_serial = arn:aws:iam::123456789012:mfa/alice
        role_session_name = alice
        duration_seconds = 900
        """);
    profile = "ops";

    assertThat(request()).containsEntry("key", "ASIAROLE1").containsEntry("token", "role-token");
    assertThat(asked).containsExactly("arn:aws:iam::123456789012:mfa/alice");
    assertThat(sts.requests().getFirst())
        .containsEntry("key", "AKIDBASE")
        .containsEntry("RoleArn", "arn:aws:iam::123456789012:role/ops")
        .containsEntry("ExternalId", "ext-1")
        .containsEntry("SerialNumber", "arn:aws:iam::123456789012:mfa/alice")
        .containsEntry("TokenCode", "123456")
        .containsEntry("RoleSessionName", "alice")
        .containsEntry("DurationSeconds", "900");
  }

  @Test
  void anMfaCodeNeedsATerminal() {
    credentials("[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");
    config("[profile ops]\nrole_arn = arn:r\nsource_profile = base\nmfa_serial = dev\n");
    profile = "ops";
    code = null;
    assertThat(failure())
        .hasMessage(
            "the AWS profile ops needs the code of the MFA device dev, and there is no terminal to"
                + " ask on");
    code = "12";
    assertThat(failure()).hasMessage("an MFA code has six digits");
  }

  @Test
  void rolesInAChainAndInACircle() {
    credentials("[a]\naws_access_key_id = AKIDA\naws_secret_access_key = s\n");
    config(
        """
        [profile b]
        role_arn = arn:b
        source_profile = a
        [profile c]
        role_arn = arn:c
        source_profile = b
        [profile d]
        role_arn = arn:d
        source_profile = e
        [profile e]
        role_arn = arn:e
        source_profile = d
        [profile f]
        role_arn = arn:f
        """);
    profile = "c";
    assertThat(request()).containsEntry("key", "ASIAROLE2");
    assertThat(sts.requests())
        .extracting(r -> r.get("key"), r -> r.get("RoleArn"))
        .startsWith(
            org.assertj.core.groups.Tuple.tuple("AKIDA", "arn:b"),
            org.assertj.core.groups.Tuple.tuple("ASIAROLE1", "arn:c"));
    profile = "d";
    assertThat(failure()).hasMessage("AWS profiles lead in a circle: d → e → d");
    profile = "f";
    assertThat(failure())
        .hasMessage(
            "the AWS profile f has a role_arn, but neither source_profile nor credential_source");
  }

  @Test
  void aRoleOfDeployctlYmlAndOneThatMayNotBeAssumed() {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", "AKIDVAR", "AWS_SECRET_ACCESS_KEY", "s"));
    roleArn = "arn:aws:iam::123456789012:role/deploy";
    assertThat(request()).containsEntry("key", "ASIAROLE1");
    roleArn = "arn:aws:iam::123456789012:role/denied";

    DeployException e = failure();
    assertThat(e)
        .hasMessage(
            "STS in eu-west-1 at "
                + sts.endpoint()
                + " does not allow this with the credentials from the variable AWS_ACCESS_KEY_ID"
                + " (AccessDenied: User: arn:aws:iam::123456789012:user/ci is not authorized to"
                + " perform: sts:AssumeRole)");
    assertThat(e.hint()).isEqualTo("the role's trust policy must let these credentials assume it");
  }

  @Test
  void credentialSourceEnvironment() {
    config("[profile e]\nrole_arn = arn:e\ncredential_source = Environment\n");
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", "AKIDVAR", "AWS_SECRET_ACCESS_KEY", "s"));
    profile = "e";

    assertThat(request()).containsEntry("key", "ASIAROLE1");
    assertThat(sts.requests().getFirst()).containsEntry("key", "AKIDVAR");
  }

  @Test
  void credentialsThatEndAreFetchedAgain() throws IOException {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", "AKIDVAR", "AWS_SECRET_ACCESS_KEY", "s"));
    roleArn = "arn:aws:iam::123456789012:role/deploy";
    Ec2Inventory lasting = inventory();
    lasting.hosts(query("App", "blog"));
    lasting.hosts(query("App", "blog"));
    assertThat(assumed()).as("good for an hour").isEqualTo(1);

    sts.living(60);
    Ec2Inventory brief = inventory();
    brief.hosts(query("App", "blog"));
    long before = assumed();
    brief.hosts(query("App", "blog"));
    assertThat(assumed()).as("a minute is not enough").isGreaterThan(before);
  }

  @Test
  void noHostNamesTheAccount() {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", "AKIDVAR", "AWS_SECRET_ACCESS_KEY", "s"));
    Ec2Inventory inventory = inventory();

    assertThat(inventory.describe()).isEqualTo("EC2 eu-west-1");
    assertThat(inventory.hosts(query("App", "blog"))).isEmpty();
    assertThat(inventory.describe())
        .isEqualTo("EC2 eu-west-1, account 123456789012 (arn:aws:iam::123456789012:user/ci)");
  }

  private long assumed() {
    return sts.requests().stream().filter(r -> "AssumeRole".equals(r.get("Action"))).count();
  }
}
