package dev.deployctl.inventory;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.DidYouMean;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Words;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The user's AWS profiles. Both files count, as they do for the AWS CLI and not for the SDK: what
 * the credentials file says of a profile is laid over what the config file says.
 */
final class AwsProfiles {
  static final String DEFAULT = "default";
  private static final String PREFIX = "profile ";

  private final Path config;
  private final Path credentials;
  private final Map<String, Map<String, String>> profiles = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> services = new LinkedHashMap<>();
  private final String chosen;
  private final boolean named;

  private AwsProfiles(Path config, Path credentials, @Nullable String named) {
    this.config = config;
    this.credentials = credentials;
    this.named = named != null;
    this.chosen = named == null ? DEFAULT : named;
  }

  /**
   * Reads the files.
   *
   * @param configured the profile that deployctl.yml names, or null for what the environment says
   */
  static AwsProfiles read(AwsEnvironment environment, @Nullable String configured) {
    Path config = path(environment, "AWS_CONFIG_FILE", "config");
    Path credentials = path(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
    String fromEnvironment = environment.variable("AWS_PROFILE", "AWS_DEFAULT_PROFILE");
    AwsProfiles profiles =
        new AwsProfiles(config, credentials, configured == null ? fromEnvironment : configured);
    AwsConfigFile.read(config).forEach(profiles::addFromConfig);
    AwsConfigFile.read(credentials).forEach(profiles::add);
    return profiles;
  }

  private static Path path(AwsEnvironment environment, String variable, String name) {
    String path = environment.variable(variable);
    if (path == null) {
      return environment.home().resolve(".aws").resolve(name);
    }
    return path.startsWith("~/") ? environment.home().resolve(path.substring(2)) : Path.of(path);
  }

  private void addFromConfig(String section, Map<String, String> values) {
    if (section.equals(DEFAULT)) {
      add(section, values);
    } else if (section.startsWith(PREFIX)) {
      add(section.substring(PREFIX.length()), values);
    } else if (section.startsWith("services ")) {
      services.put(section.substring("services ".length()), values);
    }
  }

  private void add(String name, Map<String, String> values) {
    profiles.computeIfAbsent(name, n -> new LinkedHashMap<>()).putAll(values);
  }

  /** The profile that this process uses. */
  String chosen() {
    return chosen;
  }

  /** A key of the profile in use, or null. */
  @Nullable String value(String key) {
    Map<String, String> profile = profiles.get(chosen);
    String value = profile == null ? null : profile.get(key);
    return value == null || value.isEmpty() ? null : value;
  }

  /** A key of the services section that the profile in use names, or null. */
  @Nullable String serviceValue(String key) {
    String section = value("services");
    return section == null ? null : services.getOrDefault(section, Map.of()).get(key);
  }

  /** The profile's keys; empty where it is the default one and there is none. */
  Map<String, String> profile(String name) {
    Map<String, String> profile = profiles.get(name);
    if (profile != null) {
      return profile;
    }
    if (name.equals(DEFAULT) && !named) {
      return Map.of();
    }
    String near = DidYouMean.nearest(name, profiles.keySet());
    throw new DeployException(
        FailureKind.CONFIG,
        "no AWS profile " + Words.quoted(name) + " in " + files(),
        (near == null ? "" : "did you mean " + near + "? ")
            + (profiles.isEmpty()
                ? "there are no profiles; aws configure writes one"
                : "profiles there: " + String.join(", ", profiles.keySet())));
  }

  String files() {
    return config + " and " + credentials;
  }
}
