package dev.deployctl.inventory;

import static dev.deployctl.inventory.Worlds.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which credentials a request carries, seen by the endpoint: as with the AWS CLI. */
final class AwsCredentialsTest {
  @TempDir private Path home;

  private final Map<String, String> variables = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private @Nullable String code = "123456";
  private @Nullable String profile;
  private @Nullable String roleArn;
  private final FakeEc2 ec2;
  private final FakeSts sts;

  AwsCredentialsTest() throws IOException {
    ec2 = new FakeEc2();
    sts = new FakeSts();
    variables.put("AWS_ENDPOINT_URL_EC2", ec2.endpoint());
    variables.put("AWS_ENDPOINT_URL_STS", sts.endpoint());
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    variables.put("PATH", System.getenv("PATH"));
  }

  @AfterEach
  void end() {
    ec2.close();
    sts.close();
  }

  @Test
  void variables() {
    variables.putAll(
        Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDVAR",
            "AWS_SECRET_ACCESS_KEY", "s",
            "AWS_SESSION_TOKEN", "tok"));

    assertThat(request()).containsEntry("key", "AKIDVAR").containsEntry("token", "tok");
    variables.remove("AWS_SECRET_ACCESS_KEY");
    assertThat(failure())
        .hasMessage("only half of the AWS credentials is set: AWS_SECRET_ACCESS_KEY is missing");
  }

  @Test
  void bothProfileFilesCountAndTheCredentialsFileWins() {
    config(
        """
        [default]
        aws_access_key_id = AKIDCONF
        aws_secret_access_key = s
        [profile onlyconfig]
        aws_access_key_id = AKIDONLY
        aws_secret_access_key = s
        [profile both]
        region = eu-west-1
        """);
    credentials(
        """
        [default]
        aws_access_key_id = AKIDCRED
        aws_secret_access_key = s
        [both]
        AWS_ACCESS_KEY_ID=AKIDBOTH
        aws_secret_access_key=s
        """);

    assertThat(request()).containsEntry("key", "AKIDCRED");
    variables.put("AWS_PROFILE", "onlyconfig");
    assertThat(request()).containsEntry("key", "AKIDONLY");
    profile = "both";
    assertThat(request()).as("the file's own word wins").containsEntry("key", "AKIDBOTH");
  }

  @Test
  void variablesWinOverAwsProfileButNotOverOneNamedOnPurpose() {
    credentials("[p]\naws_access_key_id = AKIDP\naws_secret_access_key = s\n");
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", "AKIDVAR", "AWS_SECRET_ACCESS_KEY", "s"));
    variables.put("AWS_PROFILE", "p");

    assertThat(request()).containsEntry("key", "AKIDVAR");
    profile = "p";
    assertThat(request()).containsEntry("key", "AKIDP");
  }

  @Test
  void otherPlacesOfTheFiles() throws IOException {
    Path file =
        Files.writeString(
            home.resolve("c"), "[x]\naws_access_key_id=AKIDX\naws_secret_access_key=s");
    variables.put("AWS_SHARED_CREDENTIALS_FILE", file.toString());
    variables.put("AWS_DEFAULT_PROFILE", "x");

    assertThat(request()).containsEntry("key", "AKIDX");
  }

  @Test
  void aProfileThatIsNotThere() {
    config("[profile production]\nregion = eu-west-1\n");
    variables.put("AWS_PROFILE", "prodution");

    DeployException e = failure();
    assertThat(e)
        .hasMessage(
            "no AWS profile 'prodution' in "
                + (home.resolve(".aws/config") + " and " + home.resolve(".aws/credentials")));
    assertThat(e.hint()).isEqualTo("did you mean production? profiles there: production");
  }

  @Test
  void noCredentialsAnywhere() {
    DeployException e = failure();

    assertThat(e)
        .hasMessageStartingWith(
            "no AWS credentials: not in variables, not in the profile default of ")
        .hasMessageNotContaining("@");
    assertThat(e.hint()).contains("AWS_PROFILE").contains("aws configure");
    assertThat(ec2.requests()).as("nobody was asked without credentials").isEmpty();
  }

  @Test
  void aFileThatIsNoProfileFile() {
    config("[default\nregion = x\n");
    assertThat(failure())
        .hasMessage(home.resolve(".aws/config") + ":1: a section without its closing ]");
    config("\n# a comment\n[default]\nnonsense\n");
    assertThat(failure())
        .hasMessage(
            home.resolve(".aws/config") + ":4: neither a section nor a line with key = value");
  }

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
  void anMfaCodeWhereNobodyCanBeAsked() {
    credentials("[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");
    config("[profile ops]\nrole_arn = arn:r\nsource_profile = base\nmfa_serial = dev\n");
    profile = "ops";
    code = null;
    assertThat(failure())
        .hasMessage(
            "the AWS profile ops wants the code of the MFA device dev, and nobody can be asked"
                + " here");
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

  /** The last request that EC2 saw for a question. */
  private Map<String, String> request() {
    inventory().hosts(query("App", "blog"));
    return ec2.requests().getLast();
  }

  private DeployException failure() {
    DeployException e =
        catchThrowableOfType(DeployException.class, () -> inventory().hosts(query("App", "blog")));
    assertThat(e).as("it did not fail").isNotNull();
    return e;
  }

  private Ec2Inventory inventory() {
    String answer = code;
    return new Ec2Inventory(
        new InventorySettings.Ec2(
            List.of("eu-west-1"), Map.of(), List.of(), profile, roleArn, null, null, false),
        new AwsEnvironment(
            variables,
            home,
            answer == null
                ? null
                : device -> {
                  asked.add(device);
                  return answer;
                },
            warning -> {},
            AwsEnvironment.Timeouts.DEFAULT));
  }

  private void config(String text) {
    write("config", text);
  }

  private void credentials(String text) {
    write("credentials", text);
  }

  private void write(String name, String text) {
    try {
      Files.createDirectories(home.resolve(".aws"));
      Files.writeString(home.resolve(".aws").resolve(name), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Path script(String name, String body) throws IOException {
    Path file = Files.createDirectories(home.resolve("bin dir")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
