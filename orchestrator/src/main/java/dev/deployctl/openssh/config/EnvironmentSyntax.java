package dev.deployctl.openssh.config;

/** Reads the keywords that name environment variables: SendEnv, SetEnv and IdentityAgent. */
final class EnvironmentSyntax {
  private EnvironmentSyntax() {}

  static void send(Arguments arguments, Options options, boolean active) throws BadConfig {
    while (arguments.more()) {
      String name = arguments.word();
      if (name.indexOf('=') >= 0) {
        throw new BadConfig("sendenv takes names of variables, not '" + name + "'");
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
        throw new BadConfig("setenv takes NAME=value, not '" + assignment + "'");
      }
      String name = assignment.substring(0, equals + 1);
      if (active
          && first
          && options.all("setenv").stream().noneMatch(set -> set.startsWith(name))) {
        options.append("setenv", assignment);
      }
    }
  }

  /** Reads IdentityAgent, whose variables must be set even where the line does not apply. */
  static void agent(Arguments arguments, Options options, boolean active) throws BadConfig {
    String path = arguments.word();
    Tokens.checkVariables(path, arguments.local());
    if (path.startsWith("$")
        && !path.startsWith("${")
        && !path.substring(1).matches("[A-Za-z0-9_]+")) {
      throw new BadConfig("identityagent does not name an environment variable: '" + path + "'");
    }
    if (active) {
      options.setOnce("identityagent", path);
    }
  }
}
