package dev.deployctl.config;

import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.DidYouMean;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.Quoted;
import dev.deployctl.model.RolloutSettings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in effect for one environment.
 *
 * @param file where it was read
 * @param environment the environment that was merged into it, or null
 * @param apps by name, in the order of the file
 * @param rolesTag the tag of hosts that names their roles, or null
 * @param effective every value with the place it came from
 */
public record DeployConfig(
    Path file,
    @Nullable String environment,
    SshSettings ssh,
    InventorySettings inventory,
    RolloutSettings rollout,
    SequencedMap<String, AppSettings> apps,
    @Nullable String rolesTag,
    Hooks hooks,
    Notifications notifications,
    EffectiveConfig effective) {
  public DeployConfig {
    apps = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(apps));
  }

  /** Returns the settings of an app. */
  public AppSettings app(App app) {
    AppSettings settings = apps.get(app.name());
    if (settings == null) {
      String near = DidYouMean.nearest(app.name(), apps.keySet());
      throw new DeployException(
          FailureKind.USAGE,
          "no app " + Quoted.of(app.name()) + " in " + file,
          (near == null ? "" : "did you mean " + near + "? ")
              + "apps there: "
              + String.join(", ", apps.keySet()));
    }
    return settings;
  }
}
