package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user's AWS CLI, for profiles that only it can read: IAM Identity Center (SSO) and {@code aws
 * login}, which SDK v1 does not support.
 */
final class AwsCommandLine {
  private final AwsEnvironment environment;

  AwsCommandLine(AwsEnvironment environment) {
    this.environment = environment;
  }

  /**
   * Returns the credentials of a profile.
   *
   * @param login the command with which a user signs in: {@code aws sso login}
   */
  Credentials export(String profile, String login) {
    String source = "the AWS profile " + profile;
    String signIn = login + " --profile " + profile;
    Path program =
        program()
            .orElseThrow(
                () ->
                    new DeployException(
                        FailureKind.CONFIG,
                        source
                            + " signs in with "
                            + login
                            + ", which takes the AWS CLI, and there is no aws on the PATH",
                        "install AWS CLI version 2, then: "
                            + signIn
                            + "; or set"
                            + " AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"));
    List<String> words =
        List.of(
            program.toString(),
            "configure",
            "export-credentials",
            "--profile",
            profile,
            "--format",
            "process");
    try {
      return new CredentialProcess(environment).run(words, source);
    } catch (CredentialProcess.Failed e) {
      boolean old = e.said().contains("get-models") || e.said().contains("add-model");
      throw new DeployException(
          FailureKind.INVENTORY,
          source
              + " gives no credentials: "
              + (old
                  ? "the aws on the PATH is version 1, which cannot export them"
                  : e.getMessage())
              + (old || e.said().isEmpty() ? "" : ": " + e.said()),
          old ? "install AWS CLI version 2, then: " + signIn : "sign in first: " + signIn,
          e);
    }
  }

  private Optional<Path> program() {
    String path = environment.variable("PATH");
    return Stream.of(path == null ? new String[0] : path.split(File.pathSeparator, -1))
        .filter(directory -> !directory.isEmpty())
        .flatMap(directory -> Stream.of(Path.of(directory, "aws"), Path.of(directory, "aws.exe")))
        .filter(Files::isExecutable)
        .filter(file -> !Files.isDirectory(file))
        .findFirst();
  }
}
