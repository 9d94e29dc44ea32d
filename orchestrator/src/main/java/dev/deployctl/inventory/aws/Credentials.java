package dev.deployctl.inventory.aws;

import com.amazonaws.auth.AWSCredentials;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.auth.BasicSessionCredentials;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Credentials with their source. Their secrets are in no text.
 *
 * @param source their source, for messages: {@code the AWS profile prod}
 * @param expires the time when they expire, or null if unknown
 */
public record Credentials(AWSCredentials keys, String source, @Nullable Instant expires) {
  /** Nothing that is begun with them should meet their end. */
  private static final Duration SPARE = Duration.ofMinutes(5);

  static Credentials of(
      String key, String secret, @Nullable String token, String source, @Nullable Instant expires) {
    return new Credentials(
        token == null || token.isEmpty()
            ? new BasicAWSCredentials(key, secret)
            : new BasicSessionCredentials(key, secret, token),
        source,
        expires);
  }

  boolean fresh(Instant now) {
    return expires == null || now.isBefore(expires.minus(SPARE));
  }

  @Override
  public String toString() {
    return "credentials from " + source;
  }
}
