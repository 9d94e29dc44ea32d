package dev.deployctl.openssh.config;

/** Keywords about environment variables. */
final class EnvironmentSyntax {
  private EnvironmentSyntax() {}

  static void send(Arguments arguments, Options options, boolean active) throws BadConfig {
    while (arguments.more()) {
      String name = arguments.word();
      if (name.indexOf('=') >= 0) {
        throw new BadConfig("sendenv wants names of variables, not '" + name + "'");
      }
      if (!active) {
        continue;
      }
      if (name.startsWith("-")) {
        var kept =
            options.all("sendenv").stream()
                .filter(sent -> !Patterns.matches(sent, name.substring(1)))
                .toList();
        options.replace("sendenv", kept);
      } else {
        options.append("sendenv", name);
      }
    }
  }

  static void set(Arguments arguments, Options options, boolean active) throws BadConfig {
    boolean first = options.all("setenv").isEmpty();
    while (arguments.more()) {
      String assignment = arguments.anyWord();
      int equals = assignment.indexOf('=');
      if (equals < 0) {
        throw new BadConfig("setenv wants NAME=value, not '" + assignment + "'");
      }
      String name = assignment.substring(0, equals + 1);
      if (active
          && first
          && options.all("setenv").stream().noneMatch(set -> set.startsWith(name))) {
        options.append("setenv", assignment);
      }
    }
  }

  /** Variables in the path of an agent's socket must be set, whatever the host. */
  static void checkPath(String keyword, String path, LocalUser local) throws BadConfig {
    Tokens.checkVariables(path, local);
    if (path.startsWith("$")
        && !path.startsWith("${")
        && !path.substring(1).matches("[A-Za-z0-9_]+")) {
      throw new BadConfig(keyword + " names no environment variable: '" + path + "'");
    }
  }

  static void agent(Arguments arguments, Options options, boolean active) throws BadConfig {
    String word = arguments.word();
    checkPath("identityagent", word, arguments.local());
    if (active) {
      options.setOnce("identityagent", word);
    }
  }
}
