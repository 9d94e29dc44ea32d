package dev.deployctl.inventory.aws;

import com.amazonaws.SdkClientException;
import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.ContainerCredentialsProvider;
import com.amazonaws.internal.CredentialsEndpointProvider;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Credentials of the environment: variables, the host of a container, the role of an instance. */
final class AmbientCredentials {
  private static final String CONTAINER_HOST = "http://169.254.170.2";

  private final AwsEnvironment environment;

  AmbientCredentials(AwsEnvironment environment) {
    this.environment = environment;
  }

  /** Returns those of AWS_ACCESS_KEY_ID and related variables, or null if they are not set. */
  @Nullable Credentials variables() {
    String key = environment.variable("AWS_ACCESS_KEY_ID");
    String secret = environment.variable("AWS_SECRET_ACCESS_KEY");
    if (key == null && secret == null) {
      return null;
    }
    if (key == null || secret == null) {
      String missing = key == null ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY";
      throw new DeployException(
          FailureKind.CONFIG,
          "only half of the AWS credentials is set: " + missing + " is missing",
          "set it, or unset the other to use a profile");
    }
    return Credentials.of(
        key,
        secret,
        environment.variable("AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"),
        "the variable AWS_ACCESS_KEY_ID",
        expires());
  }

  private @Nullable Instant expires() {
    String text = environment.variable("AWS_CREDENTIAL_EXPIRATION");
    if (text == null) {
      return null;
    }
    return AwsTime.parse(text)
        .orElseThrow(
            () ->
                new DeployException(
                    FailureKind.CONFIG,
                    "AWS_CREDENTIAL_EXPIRATION is no time: " + AwsMessages.line(text),
                    "write it like 2030-12-31T23:59:59Z, or unset it"));
  }

  /** Returns those of an ECS task or EKS pod, or null outside of one. */
  @Nullable Credentials container() {
    String relative = environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    String full = environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (relative == null && full == null) {
      return null;
    }
    String uri = relative == null ? full : CONTAINER_HOST + relative;
    try {
      ContainerCredentialsProvider provider =
          new ContainerCredentialsProvider(
              new Endpoint(URI.create(String.valueOf(uri)), headers()));
      AWSCredentials keys = provider.getCredentials();
      var end = provider.getCredentialsExpiration();
      return new Credentials(
          keys, "the container's host at " + uri, end == null ? null : end.toInstant());
    } catch (SdkClientException | IllegalArgumentException | IOException e) {
      throw new DeployException(
          FailureKind.INVENTORY,
          "the container's host gave no credentials at "
              + uri
              + ": "
              + AwsMessages.line(e.getMessage()),
          "look at AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, and the task's role",
          e);
    }
  }

  private Map<String, String> headers() throws IOException {
    String token = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    String file = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    Map<String, String> headers = new HashMap<>();
    if (file != null) {
      token = Files.readString(Path.of(file)).strip();
    }
    if (token != null) {
      headers.put("Authorization", token);
    }
    return headers;
  }

  /** Returns those of the role of this EC2 instance, or null elsewhere. */
  @Nullable Credentials instance() {
    AWSCredentials keys = InstanceMetadata.credentials(environment);
    return keys == null ? null : new Credentials(keys, "the instance's role", null);
  }

  private static final class Endpoint extends CredentialsEndpointProvider {
    private final URI uri;
    private final Map<String, String> headers;

    Endpoint(URI uri, Map<String, String> headers) {
      this.uri = uri;
      this.headers = headers;
    }

    @Override
    public URI getCredentialsEndpoint() {
      return uri;
    }

    @Override
    public Map<String, String> getHeaders() {
      return new HashMap<>(headers);
    }
  }
}
