package dev.deployctl.openssh.config;

import dev.deployctl.openssh.config.HostSettings.AddressFamily;
import dev.deployctl.openssh.config.HostSettings.StrictHostKeyChecking;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the settings of a host from the values of ssh_config and the defaults of ssh. */
final class SettingsBuilder {
  private static final String DEFAULT_PORT = "22";
  private static final int DEFAULT_RSA_SIZE = 1024;

  /** Names of the key files in ~/.ssh that ssh tries by default. */
  static final List<String> DEFAULT_IDENTITIES =
      List.of("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk");

  static final List<String> USER_KNOWN_HOSTS = List.of("~/.ssh/known_hosts", "~/.ssh/known_hosts2");
  static final List<String> GLOBAL_KNOWN_HOSTS =
      List.of("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2");

  private final String typed;
  private final String host;
  private final Options options;
  private final LocalUser local;
  private final String user;
  private final String port;
  private final Tokens tokens;

  SettingsBuilder(String typed, String host, Options options, LocalUser local) {
    this.typed = typed;
    this.host = host;
    this.options = options;
    this.local = local;
    user = options.first("user").orElse(local.name());
    port = options.first("port").orElse(DEFAULT_PORT);
    String alias = options.first("hostkeyalias").map(Patterns::lower).orElse(typed);
    tokens = Tokens.of(local, typed, host, alias, port, user);
  }

  HostSettings build() throws BadConfig {
    int number = Integer.parseInt(port);
    return new HostSettings(
        typed,
        host,
        number,
        user,
        family(),
        options.first("bindaddress"),
        options.first("bindinterface"),
        identities(),
        options.has("identityfile"),
        paths("certificatefile"),
        yes("identitiesonly"),
        agentSocket(),
        options.first("pubkeyauthentication").filter("false"::equals).isEmpty()
            && preferred("publickey"),
        userKnownHosts(),
        knownHosts(options, "globalknownhostsfile", GLOBAL_KNOWN_HOSTS).stream()
            .map(Path::of)
            .toList(),
        options
            .first("hostkeyalias")
            .map(HostNames::alias)
            .orElseGet(() -> HostNames.of(host, number)),
        strict(),
        yes("hashknownhosts"),
        revoked(),
        number("requiredrsasize", DEFAULT_RSA_SIZE),
        proxyCommand(),
        jump(),
        options.first("connecttimeout").map(SettingsBuilder::seconds),
        number("connectionattempts", 1),
        options.first("serveraliveinterval").map(SettingsBuilder::seconds),
        number("serveralivecountmax", 3),
        options.first("tcpkeepalive").filter("no"::equals).isEmpty(),
        yes("batchmode"),
        environment(),
        algorithms(),
        options.notes());
  }

  private boolean yes(String keyword) {
    return options.first(keyword).filter("yes"::equals).isPresent();
  }

  private int number(String keyword, int fallback) {
    return options.first(keyword).map(Integer::parseInt).orElse(fallback);
  }

  private static Duration seconds(String text) {
    return Duration.ofSeconds(Long.parseLong(text));
  }

  private boolean preferred(String method) {
    return options
        .first("preferredauthentications")
        .map(list -> List.of(list.split(",")).contains(method))
        .orElse(true);
  }

  private AddressFamily family() {
    return switch (options.first("addressfamily").orElse("any")) {
      case "inet" -> AddressFamily.INET;
      case "inet6" -> AddressFamily.INET6;
      default -> AddressFamily.ANY;
    };
  }

  private List<Path> identities() throws BadConfig {
    if (options.has("identityfile")) {
      return paths("identityfile");
    }
    List<Path> defaults = new ArrayList<>();
    for (String name : DEFAULT_IDENTITIES) {
      defaults.add(local.home().resolve(".ssh").resolve(name));
    }
    return defaults;
  }

  private List<Path> paths(String keyword) throws BadConfig {
    List<Path> paths = new ArrayList<>();
    for (String value : options.all(keyword)) {
      if (!value.equalsIgnoreCase("none")) {
        paths.add(Path.of(tokens.path(value)));
      }
    }
    return paths;
  }

  private Optional<Path> agentSocket() throws BadConfig {
    String value = options.first("identityagent").orElse("SSH_AUTH_SOCK");
    if (value.equalsIgnoreCase("none")) {
      return Optional.empty();
    }
    if (value.equals("SSH_AUTH_SOCK")) {
      return variable(value);
    }
    if (value.startsWith("$") && !value.startsWith("${")) {
      return variable(value.substring(1));
    }
    return Optional.of(Path.of(tokens.path(value)));
  }

  private Optional<Path> variable(String name) {
    return Optional.ofNullable(local.environment().get(name))
        .filter(value -> !value.isEmpty())
        .map(Path::of);
  }

  /** Returns the files of a keyword as ssh_config has them; empty for {@code none}. */
  static List<String> knownHosts(Options options, String keyword, List<String> defaults) {
    List<String> files = options.has(keyword) ? options.all(keyword) : defaults;
    return files.stream().filter(file -> !file.equalsIgnoreCase("none")).toList();
  }

  private List<Path> userKnownHosts() throws BadConfig {
    List<Path> paths = new ArrayList<>();
    for (String file : knownHosts(options, "userknownhostsfile", USER_KNOWN_HOSTS)) {
      paths.add(Path.of(tokens.path(file)));
    }
    return paths;
  }

  private StrictHostKeyChecking strict() {
    return switch (options.first("stricthostkeychecking").orElse("ask")) {
      case "true" -> StrictHostKeyChecking.YES;
      case "accept-new", "false" -> StrictHostKeyChecking.ACCEPT_NEW;
      default -> StrictHostKeyChecking.ASK;
    };
  }

  private Optional<Path> revoked() throws BadConfig {
    Optional<String> file = options.first("revokedhostkeys");
    return file.isEmpty() || file.get().equalsIgnoreCase("none")
        ? Optional.empty()
        : Optional.of(Path.of(tokens.path(file.get())));
  }

  private Optional<String> proxyCommand() throws BadConfig {
    Optional<String> command = options.first("proxycommand");
    return command.isEmpty() || command.get().equalsIgnoreCase("none")
        ? Optional.empty()
        : Optional.of(tokens.percent(command.get()));
  }

  private Optional<JumpHosts> jump() throws BadConfig {
    Optional<String> spec = options.first("proxyjump");
    return spec.isEmpty() || spec.get().equalsIgnoreCase("none")
        ? Optional.empty()
        : Optional.of(JumpHosts.last(spec.get()).expanded(tokens.ofProxy()));
  }

  /**
   * Returns the variables that are sent to the host. Its messages are parsed here, so the language
   * is not among them.
   */
  private Map<String, String> environment() {
    Map<String, String> sent = new LinkedHashMap<>();
    local.environment().entrySet().stream()
        .filter(
            variable ->
                options.all("sendenv").stream()
                    .anyMatch(pattern -> Patterns.matches(variable.getKey(), pattern)))
        .forEach(variable -> sent.put(variable.getKey(), variable.getValue()));
    for (String assignment : options.all("setenv")) {
      int equals = assignment.indexOf('=');
      sent.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    sent.keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
    return sent;
  }

  private Map<String, String> algorithms() {
    Map<String, String> set = new LinkedHashMap<>();
    for (String keyword : Algorithms.BY_KEYWORD.keySet()) {
      options.first(keyword).ifPresent(list -> set.put(keyword, list));
    }
    return set;
  }
}
