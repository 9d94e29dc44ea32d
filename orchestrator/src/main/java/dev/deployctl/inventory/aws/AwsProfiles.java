package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.DidYouMean;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The user's AWS profiles. Both files count, as for the AWS CLI and unlike the SDK: the keys of a
 * profile in the credentials file override those in the config file.
 */
public final class AwsProfiles {
  static final String DEFAULT = "default";
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]+)})");

  private final Path config;
  private final Path credentials;
  private final Map<String, Map<String, String>> sections;
  private final Map<String, Map<String, String>> inConfig = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> inCredentials;
  private final Map<String, Map<String, String>> services = new LinkedHashMap<>();
  private final String chosen;
  private final boolean named;

  private AwsProfiles(Path config, Path credentials, @Nullable String named) {
    this.config = config;
    this.credentials = credentials;
    this.named = named != null;
    this.chosen = named == null ? DEFAULT : named;
    this.sections = AwsConfigFile.read(config);
    this.inCredentials = AwsConfigFile.read(credentials);
    sections.forEach(this::add);
  }

  /**
   * Reads the files. A requested profile must exist, even if its credentials are not used, because
   * its region and its endpoint are.
   *
   * @param configured the profile of deployctl.yml, or null for that of the environment
   */
  public static AwsProfiles read(AwsEnvironment environment, @Nullable String configured) {
    AwsProfiles profiles =
        new AwsProfiles(
            path(environment, "AWS_CONFIG_FILE", "config"),
            path(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            configured == null
                ? environment.variable("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
                : configured);
    profiles.profile(profiles.chosen);
    return profiles;
  }

  private static Path path(AwsEnvironment environment, String variable, String name) {
    String given = environment.variable(variable);
    if (given == null) {
      return environment.home().resolve(".aws").resolve(name);
    }
    String path =
        VARIABLE
            .matcher(given)
            .replaceAll(
                match -> {
                  String key = match.group(1) == null ? match.group(2) : match.group(1);
                  String value = environment.variables().get(key);
                  return Matcher.quoteReplacement(value == null ? match.group() : value);
                });
    return path.startsWith("~/") ? environment.home().resolve(path.substring(2)) : Path.of(path);
  }

  /** Adds a section of the config file, unless it is of another kind. */
  private void add(String section, Map<String, String> values) {
    if (section.equals(DEFAULT)) {
      inConfig.put(section, values);
    } else if (section.startsWith("profile")) {
      name(section).ifPresent(name -> inConfig.put(name, values));
    } else if (section.startsWith("services")) {
      name(section).ifPresent(name -> services.put(name, values));
    }
  }

  /** Returns the name in {@code profile NAME}; a name with blanks must be quoted. */
  private static Optional<String> name(String section) {
    return ShellWords.split(section).filter(words -> words.size() == 2).map(List::getLast);
  }

  /** Returns the name of the profile in use. */
  String chosen() {
    return chosen;
  }

  /** Returns whether the profile in use was requested, and is not only the default. */
  boolean named() {
    return named;
  }

  /** Returns the value of a key of the profile in use, or null. */
  @Nullable String value(String key) {
    String value = merged(chosen).get(key);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Returns the value of a key of the services section of the profile in use, or null. */
  @Nullable String serviceValue(String key) {
    String section = value("services");
    if (section == null) {
      return null;
    }
    Map<String, String> values = services.get(section);
    if (values == null) {
      throw new DeployException(
          FailureKind.CONFIG,
          "the AWS profile "
              + chosen
              + " names the services section "
              + Quoted.of(section)
              + ", and there is none in "
              + config,
          "write [services " + section + "], or remove services from the profile");
    }
    return values.get(key);
  }

  /** Returns the keys of a profile from both files; empty for a default profile that is missing. */
  Map<String, String> profile(String name) {
    if (!exists(name) && (named || !name.equals(DEFAULT))) {
      throw missing(name);
    }
    return merged(name);
  }

  private boolean exists(String name) {
    return inConfig.containsKey(name) || inCredentials.containsKey(name);
  }

  private Map<String, String> merged(String name) {
    Map<String, String> both = new LinkedHashMap<>(ofConfigFile(name));
    both.putAll(ofCredentialsFile(name));
    return both;
  }

  /** Returns a profile's settings in the config file alone. */
  Map<String, String> ofConfigFile(String name) {
    return inConfig.getOrDefault(name, Map.of());
  }

  /** Returns a profile's settings in the credentials file alone. */
  Map<String, String> ofCredentialsFile(String name) {
    return inCredentials.getOrDefault(name, Map.of());
  }

  private DeployException missing(String name) {
    return new DeployException(
        FailureKind.CONFIG, "no AWS profile " + Quoted.of(name) + " in " + files(), hint(name));
  }

  private String hint(String name) {
    for (String section : sections.keySet()) {
      String bare = section.replaceFirst("^profile\\s+", "").strip();
      if (bare.equals(name)) {
        return "the section ["
            + AwsMessages.line(section)
            + "] of "
            + config
            + " is no profile as it is written: call it [profile "
            + (name.matches("[\\w.@+-]+") ? name : "\"" + name + "\"")
            + "]";
      }
    }
    Map<String, Map<String, String>> all = new LinkedHashMap<>(inConfig);
    all.putAll(inCredentials);
    String near = DidYouMean.nearest(name, all.keySet());
    return (near == null ? "" : "did you mean " + near + "? ")
        + (all.isEmpty()
            ? "there are no profiles; aws configure writes one"
            : "profiles there: " + String.join(", ", all.keySet()));
  }

  String files() {
    return config + " and " + credentials;
  }
}
