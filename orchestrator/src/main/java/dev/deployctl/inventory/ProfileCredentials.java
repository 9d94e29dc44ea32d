package dev.deployctl.inventory;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** The credentials that a profile of the user's AWS files leads to. */
final class ProfileCredentials {
  private final AwsEnvironment environment;
  private final AwsProfiles profiles;
  private final RoleCredentials roles;

  ProfileCredentials(AwsEnvironment environment, AwsProfiles profiles, RoleCredentials roles) {
    this.environment = environment;
    this.profiles = profiles;
    this.roles = roles;
  }

  /** The profile's credentials, or null where it says nothing about any. */
  @Nullable Credentials of(String name) {
    return of(name, new LinkedHashSet<>());
  }

  private @Nullable Credentials of(String name, SequencedSet<String> leading) {
    Map<String, String> profile = profiles.profile(name);
    String source = "the AWS profile " + name;
    boolean circle = !leading.add(name);
    if (profile.containsKey("role_arn") && !circle) {
      return role(profile, source, leading);
    }
    if (profile.containsKey("sso_session") || profile.containsKey("sso_start_url")) {
      return new AwsCommandLine(environment).export(name, "aws sso login");
    }
    if (profile.containsKey("login_session")) {
      return new AwsCommandLine(environment).export(name, "aws login");
    }
    String key = profile.get("aws_access_key_id");
    String secret = profile.get("aws_secret_access_key");
    if (key != null && secret != null) {
      return Credentials.of(key, secret, profile.get("aws_session_token"), source, null);
    }
    if (key != null || secret != null) {
      throw wrong(
          source + " has only one of aws_access_key_id and aws_secret_access_key",
          "look at " + profiles.files());
    }
    String command = profile.get("credential_process");
    if (command != null) {
      return new CredentialProcess(environment).run(command, name);
    }
    if (circle) {
      throw wrong(
          "AWS profiles lead in a circle: " + String.join(" → ", leading) + " → " + name,
          "one of them needs credentials of its own");
    }
    return null;
  }

  private Credentials role(
      Map<String, String> profile, String source, SequencedSet<String> leading) {
    String token = profile.get("web_identity_token_file");
    if (token != null) {
      String role = profile.getOrDefault("role_arn", "");
      return roles.withWebIdentity(role, Path.of(token), profile.get("role_session_name"), source);
    }
    String from = profile.get("source_profile");
    String kind = profile.get("credential_source");
    Credentials base;
    if (from != null) {
      base = of(from, leading);
    } else if (kind != null) {
      base = bySource(kind, source);
    } else {
      throw wrong(
          source + " has a role_arn, but neither source_profile nor credential_source",
          "name the profile whose credentials may assume the role: source_profile = NAME");
    }
    if (base == null) {
      throw wrong(
          "there are no credentials to assume the role of " + source + " with",
          "look at "
              + (from == null ? "credential_source" : "the profile " + from)
              + " in "
              + profiles.files());
    }
    return roles.assume(base, profile, source);
  }

  private @Nullable Credentials bySource(String kind, String source) {
    AmbientCredentials ambient = new AmbientCredentials(environment);
    return switch (kind) {
      case "Environment" -> ambient.variables();
      case "EcsContainer" -> ambient.container();
      case "Ec2InstanceMetadata" -> ambient.instance();
      default ->
          throw wrong(
              source + " has an unknown credential_source: " + AwsWords.line(kind),
              "it is Environment, Ec2InstanceMetadata or EcsContainer");
    };
  }

  private static DeployException wrong(String message, String hint) {
    return new DeployException(FailureKind.CONFIG, message, hint);
  }
}
