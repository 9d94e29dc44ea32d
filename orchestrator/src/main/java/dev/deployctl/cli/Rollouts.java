package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.fleet.HostList;
import dev.deployctl.fleet.LockTerms;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.RolloutAction;
import dev.deployctl.rollout.RolloutRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Puts together what a rollout is asked to do. */
final class Rollouts {
  /** Longer than a reboot, shorter than a person's patience. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private Rollouts() {}

  static RolloutRequest request(
      App app,
      RolloutAction work,
      HostList hosts,
      Supplier<List<Host>> hostsNow,
      RolloutSettings settings,
      LockTerms lock,
      Duration patience) {
    return new RolloutRequest(
        RolloutId.random(),
        app,
        work,
        hosts.hosts(),
        hostsNow,
        settings,
        lock,
        patience,
        hosts.missing());
  }

  /** What a lock tells others; only characters that a host takes. */
  static String reason(String what, Services services) {
    String text =
        (what + " by " + services.identity()).replaceAll("[^A-Za-z0-9 _.,:;#/@+()'-]", "_");
    return text.length() > 120 ? text.substring(0, 120) : text;
  }

  static RolloutSettings settings(DeployConfig config, App app, RolloutOptions options) {
    return options.over(config.app(app).rollout());
  }
}
