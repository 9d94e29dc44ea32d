package dev.deployctl.inventory;

import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.auth.BasicSessionCredentials;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;

/** Finds credentials where the AWS CLI would. */
final class AwsCredentials {
  private final AwsEnvironment environment;

  AwsCredentials(AwsEnvironment environment) {
    this.environment = environment;
  }

  AWSCredentials resolve() {
    String key = environment.variable("AWS_ACCESS_KEY_ID");
    String secret = environment.variable("AWS_SECRET_ACCESS_KEY");
    String token = environment.variable("AWS_SESSION_TOKEN");
    if (key == null || secret == null) {
      throw new DeployException(
          FailureKind.CONFIG,
          "no AWS credentials found",
          "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }
    return token == null
        ? new BasicAWSCredentials(key, secret)
        : new BasicSessionCredentials(key, secret, token);
  }
}
