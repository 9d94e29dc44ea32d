package dev.deployctl.inventory.aws;

import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.AnonymousAWSCredentials;
import com.amazonaws.services.securitytoken.AWSSecurityTokenService;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClientBuilder;
import com.amazonaws.services.securitytoken.model.AssumeRoleRequest;
import com.amazonaws.services.securitytoken.model.AssumeRoleWithWebIdentityRequest;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityRequest;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Credentials of a role, from STS. */
public final class RoleCredentials {
  private static final String SESSION = "deployctl";

  private final AwsEnvironment environment;
  private final String region;
  private final @Nullable String endpoint;
  private final AwsConnections connections;

  public RoleCredentials(
      AwsEnvironment environment,
      AwsConnections connections,
      String region,
      @Nullable String endpoint) {
    this.environment = environment;
    this.connections = connections;
    this.region = region;
    this.endpoint = endpoint;
  }

  /**
   * Assumes a role.
   *
   * @param settings role_arn, external_id, mfa_serial and so on, named as in a profile
   */
  Credentials assume(Credentials base, Map<String, String> settings, String source) {
    String role = settings.getOrDefault("role_arn", "");
    AssumeRoleRequest request =
        new AssumeRoleRequest()
            .withRoleArn(role)
            .withRoleSessionName(settings.getOrDefault("role_session_name", SESSION))
            .withExternalId(settings.get("external_id"));
    String duration = settings.get("duration_seconds");
    if (duration != null && duration.matches("[0-9]{1,6}")) {
      request.setDurationSeconds(Integer.valueOf(duration));
    }
    String device = settings.get("mfa_serial");
    if (device != null) {
      request.withSerialNumber(device).withTokenCode(code(device, source));
    }
    return call(
        sts -> sts.assumeRole(request).getCredentials(),
        new AWSStaticCredentialsProvider(base.keys()),
        base.source(),
        "the role " + role + " of " + source);
  }

  /** Assumes a role with the web identity token of a CI system or a cluster. */
  Credentials withWebIdentity(String role, Path token, @Nullable String session, String source) {
    AssumeRoleWithWebIdentityRequest request =
        new AssumeRoleWithWebIdentityRequest()
            .withRoleArn(role)
            .withRoleSessionName(session == null ? SESSION : session)
            .withWebIdentityToken(token(token));
    return call(
        sts -> sts.assumeRoleWithWebIdentity(request).getCredentials(),
        new AWSStaticCredentialsProvider(new AnonymousAWSCredentials()),
        "the web identity token " + token,
        "the role " + role + " of " + source);
  }

  /**
   * Returns the owner of the credentials: {@code 123456789012 (arn:aws:iam::123456789012:user/ci)}.
   */
  public String caller(Credentials credentials) {
    var identity =
        client(new AWSStaticCredentialsProvider(credentials.keys()))
            .getCallerIdentity(new GetCallerIdentityRequest());
    return AwsMessages.line(identity.getAccount())
        + " ("
        + AwsMessages.line(identity.getArn())
        + ")";
  }

  private Credentials call(
      Function<AWSSecurityTokenService, com.amazonaws.services.securitytoken.model.Credentials>
          question,
      AWSCredentialsProvider base,
      String baseSource,
      String source) {
    com.amazonaws.services.securitytoken.model.@Nullable Credentials answer;
    try {
      answer = question.apply(client(base));
    } catch (RuntimeException e) {
      throw new AwsFailures(environment.timeouts())
          .explain(e, "STS in " + region, endpoint, baseSource);
    }
    if (answer == null || answer.getAccessKeyId() == null) {
      throw new DeployException(
          FailureKind.INVENTORY, "STS in " + region + " answered without credentials", null);
    }
    return Credentials.of(
        answer.getAccessKeyId(),
        answer.getSecretAccessKey(),
        answer.getSessionToken(),
        source,
        answer.getExpiration() == null ? null : answer.getExpiration().toInstant());
  }

  private AWSSecurityTokenService client(AWSCredentialsProvider credentials) {
    return AwsClients.client(
        AWSSecurityTokenServiceClientBuilder.standard(),
        "sts",
        region,
        endpoint,
        credentials,
        connections);
  }

  private String code(String device, String source) {
    var prompt = environment.codePrompt();
    if (prompt == null) {
      throw new DeployException(
          FailureKind.CONFIG,
          source
              + " needs the code of the MFA device "
              + device
              + ", and there is no terminal to ask on",
          "run this on a terminal, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and"
              + " AWS_SESSION_TOKEN from aws sts get-session-token");
    }
    String code = prompt.apply(device).strip();
    if (!code.matches("[0-9]{6}")) {
      throw new DeployException(FailureKind.CONFIG, "an MFA code has six digits", "try again");
    }
    return code;
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new DeployException(
          FailureKind.CONFIG,
          "cannot read the web identity token " + file + ": " + e.getMessage(),
          "AWS_WEB_IDENTITY_TOKEN_FILE or web_identity_token_file names it",
          e);
    }
  }
}
