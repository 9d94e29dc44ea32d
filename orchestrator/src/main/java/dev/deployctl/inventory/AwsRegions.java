package dev.deployctl.inventory;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Words;
import java.util.List;
import java.util.regex.Pattern;

/** Which regions to ask. */
final class AwsRegions {
  private static final Pattern NAME = Pattern.compile("[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}");

  private AwsRegions() {}

  static List<String> of(List<String> configured, AwsEnvironment environment) {
    if (!configured.isEmpty()) {
      return configured.stream().distinct().toList();
    }
    String region = environment.variable("AWS_REGION", "AWS_DEFAULT_REGION");
    if (region == null) {
      throw new DeployException(
          FailureKind.CONFIG,
          "no AWS region: neither deployctl.yml nor AWS_REGION names one",
          "add regions: [eu-west-1] to inventory.ec2 in deployctl.yml, or set AWS_REGION");
    }
    if (!NAME.matcher(region).matches()) {
      throw new DeployException(
          FailureKind.CONFIG, "not an AWS region: " + Words.quoted(region), "set AWS_REGION");
    }
    return List.of(region);
  }
}
