package dev.deployctl.cli.completion;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.AppSettings;
import dev.deployctl.config.ConfigLoader;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import dev.deployctl.output.terminal.Console;
import java.nio.file.InvalidPathException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Prints candidates for a shell's completion, one a line. Prints nothing where there is no
 * configuration, and never uses the network.
 */
@Command(
    name = "complete",
    hidden = true,
    description = "Print candidates for the shell's completion.")
public final class CompleteCommand implements Callable<Integer> {
  /** Characters that could move the cursor or split a candidate; anybody may tag an instance. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

  private final Services services;
  private final Console console;

  @Spec CommandSpec spec;

  /** The kinds of candidates. */
  public enum What {
    APPS,
    HOSTS,
    ZONES,
    TAGS,
    ENVIRONMENTS
  }

  @Parameters(
      index = "0",
      paramLabel = "apps|hosts|zones|tags|environments",
      description = "Kind of candidates.")
  What what;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "WORD",
      description = "The line so far: a command and its arguments.")
  List<String> words = List.of();

  @Option(names = "--typed", paramLabel = "WORD", description = "The beginning of a tag.")
  String typed = "";

  public CompleteCommand(Services services) {
    this.services = services;
    this.console = services.console();
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    try {
      TypedLine line = TypedLine.of(spec.root(), words);
      DeployConfig config = services.config().load(line.config(), line.environment());
      candidates(config, line.app())
          .filter(word -> !word.isEmpty() && !UNPRINTABLE.matcher(word).find())
          .distinct()
          .forEach(word -> console.out().print(word + "\n"));
    } catch (DeployException | InvalidPathException noneHere) {
      // The user pressed Tab: an error message would only disturb the line.
      return ExitCodes.OK;
    }
    return ExitCodes.OK;
  }

  private Stream<String> candidates(DeployConfig config, @Nullable String app) {
    return switch (what) {
      case APPS -> config.apps().keySet().stream();
      case ENVIRONMENTS -> ConfigLoader.environments(config.file()).stream();
      case HOSTS -> hosts(config, app).map(Host::name).filter(CompleteCommand::isOneOfAList);
      case ZONES -> hosts(config, app).map(Host::zone);
      case TAGS -> tags(hosts(config, app).toList());
    };
  }

  private Stream<Host> hosts(DeployConfig config, @Nullable String app) {
    AppSettings own = app == null ? null : config.apps().get(app);
    TagQuery query = own == null ? null : own.hosts();
    return services.fleets().knownHosts(config.inventory(), query).stream();
  }

  /** Returns keys, and after a key its values; in a list with commas, the last one. */
  private Stream<String> tags(List<Host> hosts) {
    int equals = typed.indexOf('=');
    if (equals < 0) {
      return hosts.stream()
          .flatMap(host -> host.tags().keySet().stream())
          .filter(key -> key.indexOf('=') < 0)
          .sorted()
          .map(key -> key + "=");
    }
    String before = typed.substring(0, Math.max(equals, typed.lastIndexOf(',')) + 1);
    String key = typed.substring(0, equals);
    return hosts.stream()
        .flatMap(host -> host.tags().getOrDefault(key, new LinkedHashSet<>()).stream())
        .filter(value -> !value.isBlank() && isOneOfAList(value))
        .sorted()
        .map(value -> before + value);
  }

  /** Returns whether a name has no comma, which separates names. */
  private static boolean isOneOfAList(String word) {
    return word.indexOf(',') < 0;
  }
}
