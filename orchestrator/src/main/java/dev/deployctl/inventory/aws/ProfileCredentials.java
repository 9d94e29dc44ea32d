package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The credentials of a profile of the user's AWS files, in the order of the AWS CLI. */
final class ProfileCredentials {
  private static final String KEY = "aws_access_key_id";
  private static final String SECRET = "aws_secret_access_key";

  /** Keys with which a profile is meant to have credentials, although one alone is not enough. */
  private static final List<String> HALF =
      List.of(
          KEY,
          SECRET,
          "aws_session_token",
          "aws_security_token",
          "source_profile",
          "credential_source",
          "sso_session",
          "sso_start_url");

  private static final Pattern LOST =
      Pattern.compile(
          "\\n((?:aws_|sso_|role_|credential_)[a-z_]+|source_profile|web_identity_token_file"
              + "|login_session|external_id|mfa_serial|region|endpoint_url|services)\\s*[=:]");

  private final AwsEnvironment environment;
  private final AwsProfiles profiles;
  private final RoleCredentials roles;

  ProfileCredentials(AwsEnvironment environment, AwsProfiles profiles, RoleCredentials roles) {
    this.environment = environment;
    this.profiles = profiles;
    this.roles = roles;
  }

  /**
   * Returns the credentials of the profile, or null if it has no key for any.
   *
   * @param variables whether variables may name the web identity token in place of the profile
   */
  @Nullable Credentials of(String name, boolean variables) {
    Map<String, String> profile = profiles.profile(name);
    noLostKeys(profile, name);
    if (assumesRole(profile)) {
      SequencedSet<String> leading = new LinkedHashSet<>();
      leading.add(name);
      return role(name, leading);
    }
    Credentials found = own(name, variables);
    String half =
        found != null ? null : HALF.stream().filter(profile::containsKey).findFirst().orElse(null);
    if (half != null) {
      throw wrong(
          source(name) + " has " + half + ", but not what makes credentials of it",
          "complete the profile, or remove " + half + ", in " + profiles.files());
    }
    return found;
  }

  private static boolean assumesRole(Map<String, String> profile) {
    return profile.containsKey("role_arn") && !profile.containsKey("web_identity_token_file");
  }

  private @Nullable Credentials own(String name, boolean variables) {
    Map<String, String> profile = profiles.profile(name);
    Credentials found = webIdentity(profile, name, variables);
    if (found == null
        && (profile.containsKey("sso_account_id") || profile.containsKey("sso_role_name"))) {
      found = new AwsCommandLine(environment).export(name, "aws sso login");
    }
    if (found == null) {
      found = keys(profiles.ofCredentialsFile(name), name);
    }
    if (found == null && profile.containsKey("login_session")) {
      found = new AwsCommandLine(environment).export(name, "aws login");
    }
    String command = profile.get("credential_process");
    if (found == null && command != null) {
      found = new CredentialProcess(environment).run(command, name);
    }
    return found == null ? keys(profiles.ofConfigFile(name), name) : found;
  }

  /** Returns the keys in one file; the other file does not complete them. */
  private @Nullable Credentials keys(Map<String, String> values, String name) {
    String key = values.get(KEY);
    if (key == null) {
      return null;
    }
    String secret = values.get(SECRET);
    if (secret == null || secret.isEmpty() || key.isEmpty()) {
      throw wrong(
          source(name) + " has only one of aws_access_key_id and aws_secret_access_key in one file",
          "look at " + profiles.files());
    }
    String token = values.getOrDefault("aws_security_token", "");
    return Credentials.of(
        key, secret, token.isEmpty() ? values.get("aws_session_token") : token, source(name), null);
  }

  private @Nullable Credentials webIdentity(
      Map<String, String> profile, String name, boolean variables) {
    String given = variables ? environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE") : null;
    String token = given == null ? profile.get("web_identity_token_file") : given;
    if (token == null || token.isEmpty()) {
      return null;
    }
    String role = variables ? environment.variable("AWS_ROLE_ARN") : null;
    role = role == null ? profile.get("role_arn") : role;
    String session = variables ? environment.variable("AWS_ROLE_SESSION_NAME") : null;
    if (role == null) {
      throw given == null
          ? wrong(
              source(name) + " has a web_identity_token_file, but no role_arn",
              "write the role that the token may assume")
          : wrong(
              "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not",
              "set AWS_ROLE_ARN to the role that the token may assume");
    }
    return roles.withWebIdentity(
        role,
        Path.of(token),
        session == null ? profile.get("role_session_name") : session,
        given == null ? source(name) : "AWS_WEB_IDENTITY_TOKEN_FILE");
  }

  private Credentials role(String name, SequencedSet<String> leading) {
    Map<String, String> profile = profiles.profile(name);
    noLostKeys(profile, name);
    String from = profile.get("source_profile");
    String kind = profile.get("credential_source");
    Credentials base;
    if (from != null && kind != null) {
      throw wrong(
          source(name) + " has both source_profile and credential_source",
          "keep the one whose credentials may assume the role");
    } else if (from != null) {
      base = fromProfile(name, from, leading);
    } else if (kind != null) {
      base = bySource(kind, source(name));
    } else {
      throw wrong(
          source(name) + " has a role_arn, but neither source_profile nor credential_source",
          "name the profile whose credentials may assume the role: source_profile = NAME");
    }
    if (base == null) {
      throw wrong(
          "there are no credentials to assume the role of " + source(name) + " with",
          "look at "
              + (from == null ? "credential_source" : "the profile " + from)
              + " in "
              + profiles.files());
    }
    return roles.assume(base, profile, source(name));
  }

  /**
   * Keys of a source profile have precedence over its role; the first profile may be its own
   * source.
   */
  private @Nullable Credentials fromProfile(
      String name, String from, SequencedSet<String> leading) {
    Map<String, String> profile = profiles.profile(from);
    noLostKeys(profile, from);
    boolean keys = profile.containsKey(KEY) || profile.containsKey(SECRET);
    if (!leading.add(from) && !(from.equals(name) && keys)) {
      throw wrong(
          "AWS profiles lead in a circle: " + String.join(" → ", leading) + " → " + from,
          "one of them needs credentials of its own");
    }
    return keys || !assumesRole(profile) ? own(from, false) : role(from, leading);
  }

  private @Nullable Credentials bySource(String kind, String source) {
    AmbientCredentials ambient = new AmbientCredentials(environment);
    return switch (kind) {
      case "Environment" -> ambient.variables();
      case "EcsContainer" -> ambient.container();
      case "Ec2InstanceMetadata" -> ambient.instance();
      default ->
          throw wrong(
              source + " has an unknown credential_source: " + AwsMessages.line(kind),
              "it is Environment, Ec2InstanceMetadata or EcsContainer");
    };
  }

  /** Rejects a key that is indented so far that it became a part of the value above it. */
  private void noLostKeys(Map<String, String> profile, String name) {
    profile.forEach(
        (key, value) -> {
          Matcher lost = LOST.matcher(value);
          if (lost.find()) {
            throw wrong(
                source(name)
                    + " loses its key "
                    + lost.group(1)
                    + ": that line is indented deeper than "
                    + AwsMessages.line(key)
                    + " above it, so it is a part of that value",
                "begin all keys of a section at the same column, in " + profiles.files());
          }
        });
  }

  private static String source(String name) {
    return "the AWS profile " + name;
  }

  private static DeployException wrong(String message, String hint) {
    return new DeployException(FailureKind.CONFIG, message, hint);
  }
}
