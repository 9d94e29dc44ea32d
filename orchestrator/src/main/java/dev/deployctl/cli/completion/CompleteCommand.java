package dev.deployctl.cli.completion;

import dev.deployctl.cli.ExitCodes;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.config.AppSettings;
import dev.deployctl.config.ConfigLoader;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.DeployException;
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
 * Words for a shell to complete, one a line. Silent where there is no configuration, and never over
 * the network.
 */
@Command(name = "complete", hidden = true, description = "Words for the shell's completion.")
public final class CompleteCommand implements Callable<Integer> {
  /** Whoever may tag an instance must not move the cursor, nor make one word two. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

  private final Services services;
  private final Console console;

  @Spec CommandSpec spec;

  /** What to list. */
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
      description = "What to list.")
  What what;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "WORD",
      description = "The line so far: a command, and what follows it.")
  List<String> words = List.of();

  @Option(names = "--typed", paramLabel = "WORD", description = "What there is of a tag.")
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
      // Somebody presses Tab: an error message would only spoil the line.
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

  /** Keys at first, and behind a key its values, of a list with commas the last. */
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

  /** A comma would make two of it. */
  private static boolean isOneOfAList(String word) {
    return word.indexOf(',') < 0;
  }
}
