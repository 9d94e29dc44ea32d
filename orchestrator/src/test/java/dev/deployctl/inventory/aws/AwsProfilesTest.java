package dev.deployctl.inventory.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.DeployException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Variables and profile files, as with the AWS CLI. */
final class AwsProfilesTest extends AwsCredentialsFixture {
  AwsProfilesTest() throws IOException {}

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
}
