package dev.deployctl.inventory.aws;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Credentials from a program: credential_process, and the AWS CLI for SSO. */
final class AwsProgramsTest extends AwsCredentialsFixture {
  AwsProgramsTest() throws IOException {}

  @Test
  void credentialProcess() throws IOException {
    Path program =
        script(
            "two words",
            "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDPROC\",'"
                + "\"\\\"SecretAccessKey\\\":\\\"$1\\\",\\\"SessionToken\\\":\\\"t\\\"}\"");
    config("[default]\ncredential_process = \"" + program + "\" 'a b'\n");

    assertThat(request()).containsEntry("key", "AKIDPROC").containsEntry("token", "t");
  }

  @Test
  void credentialProcessThatFailsShowsItsErrorsAndNeverItsOutput() throws IOException {
    Path program =
        script("broken", "echo canary-secret; echo first >&2; echo 'vault is sealed' >&2; exit 3");
    config("[default]\ncredential_process = '" + program + "'\n");

    DeployException e = failure();
    assertThat(e)
        .hasMessage(
            "the credential_process of the AWS profile default gave no credentials: it ended with"
                + " 3: vault is sealed")
        .hasMessageNotContaining("canary-secret");
    assertThat(e.hint()).isEqualTo("run it by hand: '" + program + "'");
    config(
        "[default]\ncredential_process = '" + script("chatty", "echo hello canary-secret") + "'\n");
    assertThat(failure())
        .hasMessageEndingWith("it wrote no JSON")
        .hasMessageNotContaining("canary-secret");
    config("[default]\ncredential_process = /nonexistent/program\n");
    assertThat(failure()).hasMessageContaining("it cannot be started");
    config("[default]\ncredential_process = \"half\n");
    assertThat(failure()).hasMessageContaining("a quote that never closes");
  }

  @Test
  void anInterruptEndsTheCredentialProcessToo() throws IOException, InterruptedException {
    Path pid = home.resolve("pid");
    Path program =
        script(
            "slow",
            "echo $$ > '" + pid + ".new'; mv '" + pid + ".new' '" + pid + "'; exec sleep 60");
    config("[default]\ncredential_process = '" + program + "'\n");
    Ec2Inventory inventory = inventory();
    AtomicReference<@Nullable DeployException> end = new AtomicReference<>();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () ->
                    end.set(
                        catchThrowableOfType(
                            DeployException.class, () -> inventory.hosts(query("App", "blog")))));
    while (!Files.exists(pid)) {
      Thread.sleep(10);
    }
    ProcessHandle process =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    caller.interrupt();

    assertThat(caller.join(java.time.Duration.ofSeconds(5))).isTrue();
    assertThat(end.get())
        .extracting(DeployException::kind)
        .isEqualTo(dev.deployctl.model.FailureKind.INTERRUPTED);
    assertThat(process.onExit()).succeedsWithin(java.time.Duration.ofSeconds(5));
  }

  @Test
  void anSsoProfileGoesThroughTheAwsCli() throws IOException {
    config(
        """
        [profile sso]
        sso_session = corp
        sso_account_id = 1
        sso_role_name = r
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        """);
    profile = "sso";
    Path bin =
        script(
                "aws",
                "[ \"$*\" = 'configure export-credentials --profile sso --format process' ] && echo"
                    + " '{\"Version\":1,\"AccessKeyId\":\"ASIASSO\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\","
                    + "\"Expiration\":\"2099-01-01T00:00:00+00:00\"}'")
            .getParent();
    variables.put("PATH", bin + ":" + System.getenv("PATH"));

    assertThat(request()).containsEntry("key", "ASIASSO");
    script("aws", "echo 'Error loading SSO Token: Token for corp does not exist' >&2; exit 255");
    DeployException expired = failure();
    assertThat(expired)
        .hasMessage(
            "the AWS profile sso gives no credentials: it ended with 255: Error loading SSO Token:"
                + " Token for corp does not exist");
    assertThat(expired.hint()).isEqualTo("sign in first: aws sso login --profile sso");
    variables.put("PATH", "/nonexistent");
    DeployException missing = failure();
    assertThat(missing)
        .hasMessage(
            "the AWS profile sso signs in with aws sso login, which takes the AWS CLI, and there is"
                + " no aws on the PATH");
    assertThat(missing.hint())
        .startsWith("install AWS CLI version 2, then: aws sso login --profile sso;");
  }
}
