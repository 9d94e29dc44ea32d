package dev.deployctl.openssh.config;

import dev.deployctl.model.DidYouMean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the files once for one host, line by line, as ssh does. */
final class ConfigPass {
  private static final int MAX_INCLUDE_DEPTH = 16;
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
   * @param host the name that Host lines are matched against: the name as it was typed, or in the
   *     last pass the name to connect to
   * @param original the name as it was typed
   * @param last whether the name is final, so that {@code Match final} matches
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
   * @return whether the file exists
   */
  boolean readFile(Path file, boolean users, boolean checkPermissions) {
    return readFile(file, new Scope(users, false, 0), checkPermissions);
  }

  /**
   * The context in which a file is read.
   *
   * @param users whether it is a user's file and not the system's
   * @param dead whether it is included from a block that does not match, so that it is only checked
   */
  private record Scope(boolean users, boolean dead, int depth) {
    Scope included(boolean active) {
      return new Scope(users, dead || !active, depth + 1);
    }
  }

  private boolean readFile(Path file, Scope scope, boolean checkPermissions) {
    if (scope.depth() > MAX_INCLUDE_DEPTH) {
      problems.add(file + ": files include each other more than " + MAX_INCLUDE_DEPTH + " deep");
      return true;
    }
    try {
      Optional<List<ConfigLine>> lines = files.lines(file);
      if (lines.isEmpty()) {
        return false;
      }
      if (checkPermissions) {
        ConfigFiles.objection(file, local).ifPresent(why -> problems.add(file + ": " + why));
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

  /** Reads a line; returns whether the lines that follow apply to the host. */
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
          new Arguments(line, local); // checks the quotes
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
    if (Keywords.isSkipped(line.keyword())) {
      if (active) {
        options.note(
            line.file() + ": " + line.keyword() + " is skipped: it has no effect on deployctl");
      }
      return;
    }
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
      String nearest = DidYouMean.nearest(line.keyword(), keywords.known());
      throw new BadConfig(
          "'"
              + line.keyword()
              + "' is not a keyword of ssh"
              + (nearest == null ? "" : "; did you mean " + nearest + "?"));
    }
    new Arguments(line, local); // checks the quotes
    options.note(line.file() + ": " + line.keyword() + " is ignored, as IgnoreUnknown asks");
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
              ? local.expandHome(pattern)
              : directory + "/" + pattern;
      for (Path file : FileGlob.expand(anchored)) {
        if (!Files.isDirectory(file)) { // to ssh a directory is an empty file
          readFile(file, scope.included(active), true);
        }
      }
    }
  }
}
