package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the regions of the inventory, by the rules of the AWS CLI. */
public final class AwsRegions {
  private static final Pattern NAME = Pattern.compile("[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}");

  private AwsRegions() {}

  public static List<String> of(
      List<String> configured, AwsEnvironment environment, AwsProfiles profiles) {
    if (!configured.isEmpty()) {
      return configured.stream().distinct().map(r -> checked(r, "inventory.ec2.regions")).toList();
    }
    String variable = environment.variable("AWS_REGION", "AWS_DEFAULT_REGION");
    if (variable != null) {
      return List.of(checked(variable, "the variable AWS_REGION or AWS_DEFAULT_REGION"));
    }
    String ofProfile = profiles.value("region");
    if (ofProfile != null) {
      return List.of(checked(ofProfile, "the AWS profile " + profiles.chosen()));
    }
    String ofInstance = InstanceMetadata.region(environment);
    if (ofInstance != null) {
      return List.of(checked(ofInstance, "the instance metadata service"));
    }
    throw new DeployException(
        FailureKind.CONFIG,
        "no AWS region: neither deployctl.yml, AWS_REGION, AWS_DEFAULT_REGION nor the profile "
            + profiles.chosen()
            + " names one",
        "add regions: [eu-west-1] to inventory.ec2 in deployctl.yml, or set AWS_REGION");
  }

  /** The SDK accepts any text as a region, and then cannot find its endpoint. */
  private static String checked(@Nullable String region, String source) {
    if (region == null || !NAME.matcher(region).matches()) {
      throw new DeployException(
          FailureKind.CONFIG,
          "not an AWS region: " + Quoted.of(String.valueOf(region)) + ", from " + source,
          "a region is named like eu-west-1");
    }
    return region;
  }
}
