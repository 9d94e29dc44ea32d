package dev.deployctl.config;

import dev.deployctl.model.AddressKind;
import dev.deployctl.model.Amount;
import dev.deployctl.model.App;
import dev.deployctl.model.Durations;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.TagQuery;
import dev.deployctl.model.ZoneOrder;
import dev.deployctl.yaml.Node;
import dev.deployctl.yaml.Values;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Binds a checked tree to records. */
final class ConfigBinder {
  private final Path file;
  private final @Nullable String environment;
  private final Supplier<Path> home;

  ConfigBinder(Path file, @Nullable String environment, Supplier<Path> home) {
    this.file = file;
    this.environment = environment;
    this.home = home;
  }

  DeployConfig bind(Node.Mapping root) {
    Values values = new Values(root);
    SequencedMap<String, AppSettings> apps = new LinkedHashMap<>();
    Values section = values.section("apps");
    section.node().entries().keySet().forEach(name -> apps.put(name, app(name, section)));
    return new DeployConfig(
        file,
        environment,
        ssh(values.section("ssh")),
        inventory(values.section("inventory")),
        rollout(values.section("rollout")),
        apps,
        values.text("roles-tag"),
        hooks(values.section("hooks")),
        NotifyValues.notifications(values.section("notify")),
        EffectiveConfig.of(root));
  }

  private static AppSettings app(String name, Values apps) {
    Values app = apps.section(name);
    return new AppSettings(
        new App(name),
        new TagQuery(app.section("hosts").textsByKey(), app.section("exclude").textsByKey()),
        rollout(app.section("rollout")));
  }

  private SshSettings ssh(Values ssh) {
    return new SshSettings(
        ssh.<@Nullable Path>get("config", this::path, null),
        ssh.text("user"),
        ssh.<@Nullable Integer>get("port", Integer::valueOf, null),
        ssh.texts("identity-file").stream().map(this::path).toList(),
        ssh.get("connect-timeout", Durations::parse, null));
  }

  private InventorySettings inventory(Values inventory) {
    String hosts = inventory.text("file");
    if (hosts != null) {
      return new InventorySettings.HostsFile(path(hosts));
    }
    Values ec2 = inventory.section("ec2");
    return new InventorySettings.Ec2(
        ec2.texts("regions"),
        ec2.section("filters").textsByKey(),
        ec2.texts("address").stream().map(word -> constant(AddressKind.class, word)).toList(),
        ec2.text("profile"),
        ec2.text("role-arn"),
        ec2.text("external-id"),
        ec2.text("endpoint"),
        ec2.get("skip-failing-regions", Boolean::parseBoolean, false));
  }

  private static RolloutSettings rollout(Values rollout) {
    RolloutSettings defaults = RolloutSettings.defaults();
    List<Amount> sizes = rollout.texts("batch-size").stream().map(Amount::parse).toList();
    return new RolloutSettings(
        rollout.get("canary", Amount::parse, defaults.canary()),
        sizes.isEmpty() ? defaults.batchSizes() : sizes,
        rollout.get("pause", Durations::parse, defaults.pause()),
        rollout.get("bake", Durations::parse, defaults.bake()),
        rollout.get("max-failures", Amount::parse, defaults.maxFailures()),
        rollout.get("max-unreachable", Amount::parse, defaults.maxUnreachable()),
        rollout.get("on-failure", word -> constant(OnFailure.class, word), defaults.onFailure()),
        rollout.get("parallelism", Integer::parseInt, defaults.parallelism()),
        rollout.get("zones", word -> constant(ZoneOrder.class, word), defaults.zones()),
        rollout.sections("gates").stream().map(GateValues::gate).toList());
  }

  private static Hooks hooks(Values hooks) {
    return new Hooks(
        commands(hooks, "before"), commands(hooks, "after"), commands(hooks, "failed"));
  }

  private static List<List<String>> commands(Values hooks, String key) {
    return hooks.node().get(key) instanceof Node.Sequence list
        ? list.items().stream().map(Values::texts).toList()
        : List.of();
  }

  /** Resolves a path against the file's directory, or against the home directory. */
  private Path path(String text) {
    if (text.equals("~") || text.startsWith("~/")) {
      return home.get().resolve(text.substring(1).replaceFirst("^/+", ""));
    }
    Path directory = Objects.requireNonNullElse(file.getParent(), Path.of(""));
    return directory.resolve(text).normalize();
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
