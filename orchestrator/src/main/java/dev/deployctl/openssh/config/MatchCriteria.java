package dev.deployctl.openssh.config;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Evaluates the criteria of a Match line. */
final class MatchCriteria {
  private static final String DEFAULT_PORT = "22";

  /** Without the verb, because one connection runs several commands of the host script. */
  private static final String COMMAND = "sudo -n /usr/sbin/deployctl-host";

  private static final String SESSION_TYPE = "exec";
  private static final Set<String> MAY_BE_EMPTY = Set.of("tagged", "command");

  private final Options options;
  private final LocalUser local;
  private final String typed;
  private final String original;
  private final boolean last;
  private boolean askedForLastPass;

  MatchCriteria(Options options, LocalUser local, String typed, String original, boolean last) {
    this.options = options;
    this.local = local;
    this.typed = typed;
    this.original = original;
    this.last = last;
  }

  /** Returns whether {@code Match final} requires another pass with the final name. */
  boolean askedForLastPass() {
    return askedForLastPass;
  }

  boolean hold(String line) throws BadConfig {
    ConfigLine.Cursor cursor = new ConfigLine.Cursor(line);
    boolean holds = true;
    int count = 0;
    while (true) {
      Optional<String> word = cursor.next().filter(text -> !text.isEmpty());
      if (word.isEmpty() || word.get().startsWith("#")) {
        break;
      }
      boolean negated = word.get().startsWith("!");
      String criterion = Patterns.lower(negated ? word.get().substring(1) : word.get());
      if (criterion.equals("all")) {
        Optional<String> next = cursor.next().filter(text -> !text.isEmpty());
        if (count > 1 || next.filter(text -> !text.startsWith("#")).isPresent()) {
          throw new BadConfig("'all' cannot be combined with other criteria of match");
        }
        return holds && !negated;
      }
      count++;
      boolean met;
      if (criterion.equals("final") || criterion.equals("canonical")) {
        askedForLastPass |= criterion.equals("final");
        met = last;
      } else {
        boolean given = !cursor.rest().isEmpty();
        String argument =
            cursor
                .next()
                .filter(text -> given && isArgument(criterion, text))
                .orElseThrow(() -> new BadConfig("match " + criterion + " lacks its argument"));
        met = met(criterion, argument, holds);
      }
      holds &= met != negated;
    }
    if (count == 0) {
      throw new BadConfig("match lacks its criteria");
    }
    return holds;
  }

  /** Returns whether a word is an argument. An empty one means that no tag or command is given. */
  private static boolean isArgument(String criterion, String text) {
    return text.isEmpty() ? MAY_BE_EMPTY.contains(criterion) : !text.startsWith("#");
  }

  private boolean met(String criterion, String argument, boolean soFar) throws BadConfig {
    return switch (criterion) {
      case "host" -> Patterns.hostList(host(), argument) == Patterns.Match.YES;
      case "originalhost" -> Patterns.hostList(original, argument) == Patterns.Match.YES;
      case "user" -> Patterns.list(user(), argument) == Patterns.Match.YES;
      case "localuser" -> Patterns.list(local.name(), argument) == Patterns.Match.YES;
      case "tagged" -> matchesOrIsEmpty(options.first("tag").orElse(""), argument);
      case "command" -> matchesOrIsEmpty(COMMAND, argument);
      case "sessiontype" -> Patterns.list(SESSION_TYPE, argument) == Patterns.Match.YES;
      case "version" -> Patterns.list(InstalledSsh.version(), argument) == Patterns.Match.YES;
      case "localnetwork" -> Networks.holdLocalAddress(argument);
      case "exec" -> {
        String host = host();
        Tokens tokens =
            Tokens.of(
                local,
                original,
                host,
                options.first("hostkeyalias").orElse(host),
                options.first("port").orElse(DEFAULT_PORT),
                user());
        String command = tokens.percent(argument);
        yield soFar && succeeds(command);
      }
      default -> throw new BadConfig("'" + criterion + "' is not a supported criterion of match");
    };
  }

  private static boolean matchesOrIsEmpty(String text, String argument) {
    return argument.isEmpty()
        ? text.isEmpty()
        : Patterns.list(text, argument) == Patterns.Match.YES;
  }

  private String user() {
    return options.first("user").orElse(local.name());
  }

  private String host() throws BadConfig {
    Optional<String> name = options.first("hostname");
    return name.isPresent() && !last
        ? Tokens.ofHostName(local, typed).percent(name.get())
        : name.orElse(typed);
  }

  /** Runs the command in the user's shell, as ssh does. */
  private boolean succeeds(String command) throws BadConfig {
    String shell = local.environment().getOrDefault("SHELL", "/bin/sh");
    ProcessBuilder process =
        new ProcessBuilder(shell, "-c", command)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return process.start().waitFor() == 0;
    } catch (IOException failed) {
      throw new BadConfig("match exec cannot run '" + command + "': " + failed.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BadConfig("match exec was interrupted");
    }
  }
}
