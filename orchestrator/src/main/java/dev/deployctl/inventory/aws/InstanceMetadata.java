package dev.deployctl.inventory.aws;

import com.amazonaws.SdkClientException;
import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.InstanceProfileCredentialsProvider;
import com.amazonaws.util.EC2MetadataUtils;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The metadata service of an EC2 instance. Elsewhere the lookup fails quickly. */
final class InstanceMetadata {
  private static final Duration LIMIT = Duration.ofSeconds(4);

  private InstanceMetadata() {}

  /** Returns the region of this instance, or null outside of EC2. */
  static @Nullable String region(AwsEnvironment environment) {
    return ask(environment, EC2MetadataUtils::getEC2InstanceRegion);
  }

  /** Returns the credentials of the instance's role, or null. */
  static @Nullable AWSCredentials credentials(AwsEnvironment environment) {
    return ask(
        environment,
        () ->
            InstanceProfileCredentialsProvider.createAsyncRefreshingProvider(false)
                .getCredentials());
  }

  private static <T> @Nullable T ask(
      AwsEnvironment environment, java.util.concurrent.Callable<T> question) {
    if ("true".equalsIgnoreCase(environment.variable("AWS_EC2_METADATA_DISABLED"))) {
      return null;
    }
    try {
      return Calls.one(question, LIMIT);
    } catch (DeployException e) {
      if (e.kind() == FailureKind.INTERRUPTED) {
        throw e;
      }
      return null;
    } catch (SdkClientException | IllegalStateException nobodyAnswers) {
      return null;
    }
  }
}
