package dev.deployctl.config;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.DidYouMean;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import dev.deployctl.yaml.Checker;
import dev.deployctl.yaml.Node;
import dev.deployctl.yaml.Problems;
import dev.deployctl.yaml.YamlFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads deployctl.yml: reports all mistakes at once, applies environments, fills in variables. */
public final class ConfigLoader {
  private static final YamlFile.Limits LIMITS = new YamlFile.Limits(1 << 20, 20_000);

  private final Map<String, String> variables;
  private final Supplier<Path> home;

  /**
   * @param variables where {@code ${NAME}} is looked up: the process's environment
   * @param home the directory that {@code ~} stands for, asked only where one is used
   */
  public ConfigLoader(Map<String, String> variables, Supplier<Path> home) {
    this.variables = Map.copyOf(variables);
    this.home = home;
  }

  /**
   * Loads the file.
   *
   * @param given the file; null to find it in the working directory or above
   * @param environment the environment to lay over it, or null
   * @throws dev.deployctl.model.ProblemsException with every mistake of the file
   */
  public DeployConfig load(@Nullable Path given, @Nullable String environment) {
    Path file = given == null ? ConfigFinder.find(Path.of("")) : given;
    Problems problems = new Problems("every key is explained in docs/configuration.md");
    Node read = YamlFile.read(file, LIMITS, problems);
    Node root = read instanceof Node.Nothing ? Node.Mapping.empty(read.place()) : read;
    // First the whole file, environments that are not asked for included.
    new Checker(problems, false, text -> !Interpolation.has(text))
        .check(root, ConfigShape.ROOT, "");
    if (!(root instanceof Node.Mapping mapping)) {
      problems.throwIfAny();
      throw new IllegalStateException("the checker lets a " + root.kind() + " pass as a mapping");
    }
    Node.Mapping effective = overlaid(mapping, file, environment);
    // Then what holds, variables filled in.
    effective = new Interpolation(variables, problems).fill(effective, "");
    new Checker(problems, true, Interpolation::has).check(effective, ConfigShape.ENVIRONMENT, "");
    oneInventory(effective, problems);
    GateValues.check(effective, problems);
    NotifyValues.check(effective, problems);
    problems.throwIfAny();
    return new ConfigBinder(file, environment, home).bind(inherit(effective));
  }

  /** The names of the environments that the file has, in its order. */
  public static List<String> environments(Path file) {
    Node root = YamlFile.read(file, LIMITS, new Problems("every key is explained"));
    Node.Mapping environments =
        root instanceof Node.Mapping mapping ? mapping.mapping("environments") : null;
    return environments == null ? List.of() : List.copyOf(environments.entries().keySet());
  }

  private static Node.Mapping overlaid(Node.Mapping root, Path file, @Nullable String environment) {
    Node.Mapping environments = root.mapping("environments");
    Node.Mapping base = Overlay.without(root, "environments");
    if (environment == null) {
      return base;
    }
    var known = environments == null ? null : environments.entries().get(environment);
    if (known == null) {
      var names =
          environments == null ? java.util.Set.<String>of() : environments.entries().keySet();
      String near = DidYouMean.nearest(environment, names);
      throw new DeployException(
          FailureKind.USAGE,
          "no environment " + Quoted.of(environment) + " in " + file,
          (near == null ? "" : "did you mean " + near + "? ")
              + (names.isEmpty()
                  ? "it has none"
                  : "environments there: " + String.join(", ", names)));
    }
    return known.value() instanceof Node.Mapping over ? Overlay.environment(base, over) : base;
  }

  private static void oneInventory(Node.Mapping root, Problems problems) {
    Node.Mapping inventory = root.mapping("inventory");
    if (inventory != null && inventory.entries().size() > 1) {
      problems.add(inventory.place(), "inventory", "has both ec2 and file: choose one");
    } else if (root.get("inventory") != null
        && (inventory == null || inventory.entries().isEmpty())) {
      problems.add(
          java.util.Objects.requireNonNull(root.get("inventory")).place(),
          "inventory",
          "is empty: say where hosts come from, ec2 or file");
    }
  }

  /** Each app's rollout is the general one with the app's own values over it. */
  private static Node.Mapping inherit(Node.Mapping root) {
    Node.Mapping apps = root.mapping("apps");
    Node.Mapping general = root.mapping("rollout");
    if (apps == null || general == null) {
      return root;
    }
    SequencedMap<String, Node.Entry> merged = new LinkedHashMap<>();
    apps.entries()
        .forEach(
            (name, entry) -> {
              Node.Mapping app = (Node.Mapping) entry.value();
              Node.Mapping own = app.mapping("rollout");
              Node rollout = own == null ? general : Overlay.merge(general, own);
              merged.put(
                  name, new Node.Entry(entry.keyPlace(), Overlay.with(app, "rollout", rollout)));
            });
    return Overlay.with(root, "apps", new Node.Mapping(apps.place(), merged));
  }
}
