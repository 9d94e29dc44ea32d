package dev.deployctl.openssh.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes through the files once for one host, line by line, as ssh does. */
final class ConfigPass {
  private static final int DEEPEST_INCLUDE = 16;
  private static final Path SYSTEM_DIRECTORY = Path.of("/etc/ssh");

  private final ConfigFiles files;
  private final Keywords keywords;
  private final LocalUser local;
  private final String host;
  private final String original;
  private final Options options;
  private final boolean last;
  private final List<String> problems = new ArrayList<>();
  private boolean wantsLastPass;

  /**
   * @param host what Host lines are held against: the name as it was typed, or in the last pass the
   *     name that it stands for
   * @param original the name as it was typed
   * @param last whether the name is final, so that {@code Match final} holds
   */
  ConfigPass(
      ConfigFiles files,
      Keywords keywords,
      LocalUser local,
      String host,
      String original,
      Options options,
      boolean last) {
    this.files = files;
    this.keywords = keywords;
    this.local = local;
    this.host = host;
    this.original = original;
    this.options = options;
    this.last = last;
  }

  List<String> problems() {
    return problems;
  }

  boolean wantsLastPass() {
    return wantsLastPass;
  }

  /** Reads lines given on the command line. */
  void readOptions(List<String> lines) {
    for (String text : lines) {
      ConfigLine.read(Path.of("command line"), 0, text)
          .ifPresent(
              line -> {
                try {
                  if (List.of("host", "match", "include").contains(line.keyword())) {
                    throw new BadConfig(line.keyword() + " cannot be given on the command line");
                  }
                  readKeyword(line, true);
                } catch (BadConfig bad) {
                  problems.add(line.place() + ": " + bad.getMessage());
                }
              });
    }
  }

  /**
   * Reads a file and what it includes.
   *
   * @return whether there is such a file
   */
  boolean readFile(Path file, boolean users, boolean checkPermissions) {
    return readFile(file, new Scope(users, false, 0), checkPermissions);
  }

  /**
   * Where a file stands.
   *
   * @param users whether it is a user's and not the system's
   * @param dead whether it is included where nothing holds, so that it is only checked
   */
  private record Scope(boolean users, boolean dead, int depth) {
    Scope included(boolean active) {
      return new Scope(users, dead || !active, depth + 1);
    }
  }

  private boolean readFile(Path file, Scope scope, boolean checkPermissions) {
    if (scope.depth() > DEEPEST_INCLUDE) {
      problems.add(file + ": files include each other more than " + DEEPEST_INCLUDE + " deep");
      return true;
    }
    try {
      Optional<List<ConfigLine>> lines = files.lines(file);
      if (lines.isEmpty()) {
        return false;
      }
      if (checkPermissions) {
        FilePermissions.objection(file, local).ifPresent(why -> problems.add(file + ": " + why));
      }
      boolean active = !scope.dead();
      for (ConfigLine line : lines.get()) {
        active = readLine(line, scope, active);
      }
    } catch (IOException unreadable) {
      problems.add(file + ": cannot be read: " + unreadable.getMessage());
    }
    return true;
  }

  /** Reads a line; tells whether what follows holds for the host. */
  private boolean readLine(ConfigLine line, Scope scope, boolean active) {
    try {
      switch (line.keyword()) {
        case "host" -> {
          return hostHolds(new Arguments(line, local)) && !scope.dead();
        }
        case "match" -> {
          if (line.rest().isEmpty()) {
            throw new BadConfig("match lacks its criteria");
          }
          new Arguments(line, local); // for its quotes
          MatchCriteria match = new MatchCriteria(options, local, host, original, last);
          boolean holds = match.hold(line.rest());
          wantsLastPass |= match.askedForLastPass();
          return holds && !scope.dead();
        }
        case "include" -> include(new Arguments(line, local), scope, active);
        default -> readKeyword(line, active);
      }
    } catch (BadConfig bad) {
      problems.add(line.place() + ": " + bad.getMessage());
    }
    return active;
  }

  private void readKeyword(ConfigLine line, boolean active) throws BadConfig {
    if (line.rest().isEmpty()) {
      throw new BadConfig(line.keyword() + " lacks its argument");
    }
    options.reading(line.place());
    Optional<Syntax> syntax = keywords.find(line.keyword());
    if (syntax.isPresent()) {
      Arguments arguments = new Arguments(line, local);
      syntax.get().read(arguments, options, active);
      arguments.end();
      return;
    }
    Optional<String> ignored = options.first("ignoreunknown");
    if (ignored.isEmpty()
        || Patterns.hostList(line.keyword(), ignored.get()) != Patterns.Match.YES) {
      throw new BadConfig("'" + line.keyword() + "' is no keyword of ssh");
    }
    new Arguments(line, local);
    options.note(line.place() + ": " + line.keyword() + " is ignored, as IgnoreUnknown asks");
  }

  private boolean hostHolds(Arguments patterns) throws BadConfig {
    if (patterns.line().rest().isEmpty()) {
      throw new BadConfig("host lacks its patterns");
    }
    boolean holds = false;
    while (patterns.more()) {
      String pattern = patterns.word();
      boolean negated = pattern.startsWith("!");
      if (Patterns.matches(host, negated ? pattern.substring(1) : pattern)) {
        if (negated) {
          return false;
        }
        holds = true;
      }
    }
    return holds;
  }

  private void include(Arguments arguments, Scope scope, boolean active) throws BadConfig {
    if (arguments.line().rest().isEmpty()) {
      throw new BadConfig("include lacks its files");
    }
    while (arguments.more()) {
      String pattern = arguments.word();
      if (pattern.startsWith("~") && !scope.users()) {
        throw new BadConfig("include cannot begin with ~ in the system's configuration");
      }
      Path directory = scope.users() ? local.home().resolve(".ssh") : SYSTEM_DIRECTORY;
      String anchored =
          pattern.startsWith("/") || pattern.startsWith("~")
              ? UserHomes.expand(pattern, local)
              : directory + "/" + pattern;
      for (Path file : FileGlob.expand(anchored)) {
        if (!Files.isDirectory(file)) { // to ssh a directory is an empty file
          readFile(file, scope.included(active), true);
        }
      }
    }
  }
}
