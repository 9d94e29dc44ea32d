package dev.deployctl.openssh.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what holds for a host in the form of {@code ssh -G}. */
final class SshConfigPrinter {
  /** Keywords that are only shown when they are set. */
  private static final List<String> OPTIONAL =
      List.of(
          "bindaddress",
          "bindinterface",
          "hostkeyalias",
          "ignoreunknown",
          "kbdinteractivedevices",
          "pkcs11provider",
          "preferredauthentications",
          "gssapiclientidentity",
          "gssapiserveridentity");

  private static final List<String> CLEARED_BY_NONE =
      List.of("localcommand", "remotecommand", "revokedhostkeys", "knownhostscommand");

  private final String typed;
  private final String host;
  private final Options options;
  private final LocalUser local;
  private final Algorithms.Catalog catalog;
  private final List<String> lines = new ArrayList<>();

  SshConfigPrinter(
      String typed, String host, Options options, LocalUser local, Algorithms.Catalog catalog) {
    this.typed = typed;
    this.host = host;
    this.options = options;
    this.local = local;
    this.catalog = catalog;
  }

  List<String> print() throws BadConfig {
    String user = options.first("user").orElse(local.name());
    String port = options.first("port").orElse("22");
    Optional<String> alias = options.first("hostkeyalias").map(Patterns::lower);
    alias.ifPresent(name -> options.replace("hostkeyalias", List.of(name)));
    Tokens tokens = Tokens.of(local, typed, host, alias.orElse(typed), port, user);
    line("host", typed);
    line("user", user);
    line("hostname", host);
    line("port", port);
    adjustDefaults();
    for (String entry : PrintedKeywords.DEFAULTS.lines().toList()) {
      int space = entry.indexOf(' ');
      String keyword = entry.substring(0, space);
      line(keyword, options.first(keyword).orElse(entry.substring(space + 1)));
    }
    for (String keyword : OPTIONAL) {
      options
          .first(keyword)
          .filter(value -> !(keyword.equals("pkcs11provider") && isNone(value)))
          .ifPresent(value -> line(keyword, value));
    }
    for (String keyword : CLEARED_BY_NONE) {
      Optional<String> value = options.first(keyword).filter(text -> !isNone(text));
      if (value.isPresent()) {
        line(keyword, keyword.equals("remotecommand") ? tokens.percent(value.get()) : value.get());
      }
    }
    paths(tokens);
    algorithms();
    lists(tokens);
    proxy();
    lines.sort(Comparator.comparingInt(SshConfigPrinter::rank)); // stable: lists keep their order
    return lines;
  }

  private static int rank(String line) {
    return PrintedKeywords.ORDER.indexOf(line.substring(0, line.indexOf(' ')));
  }

  private void line(String keyword, String value) {
    lines.add(keyword + " " + value);
  }

  private static boolean isNone(String value) {
    return value.equalsIgnoreCase("none");
  }

  /** Defaults that depend on other keywords. */
  private void adjustDefaults() {
    if (!options.has("updatehostkeys")) {
      List<String> files = options.all("userknownhostsfile");
      boolean usual = files.isEmpty() || files.equals(List.of("~/.ssh/known_hosts"));
      boolean dns = options.first("verifyhostkeydns").filter(v -> !v.equals("false")).isPresent();
      options.setOnce("updatehostkeys", usual && !dns ? "true" : "false");
    }
    if (!options.has("serveraliveinterval") && isYes("batchmode") && LocalUser.onDebian()) {
      options.setOnce("serveraliveinterval", "300");
    }
    if (isYes("clearallforwardings")) {
      List.of("localforward", "remoteforward", "dynamicforward").forEach(options::clear);
    }
    if (options.has("proxyjump")) {
      options.replace("proxyusefdpass", List.of("no"));
    }
  }

  private boolean isYes(String keyword) {
    return options.first(keyword).filter("yes"::equals).isPresent();
  }

  private void paths(Tokens tokens) throws BadConfig {
    Optional<String> control = options.first("controlpath").filter(value -> !isNone(value));
    if (control.isPresent()) {
      line("controlpath", tokens.path(control.get()));
    }
    Optional<String> agent = options.first("identityagent");
    if (agent.isPresent()) {
      line("identityagent", tokens.path(agent.get()));
    }
    Optional<String> forwarded = options.first("forwardagentpath");
    line(
        "forwardagent",
        forwarded.isPresent()
            ? tokens.path(forwarded.get())
            : options.first("forwardagent").orElse("no"));
    line(
        "rekeylimit",
        options.first("rekeylimit").orElse("0") + " " + options.first("rekeyinterval").orElse("0"));
  }

  private void algorithms() {
    Map<String, Algorithms> all =
        Map.of(
            "ciphers", catalog.ciphers(),
            "macs", catalog.macs(),
            "kexalgorithms", catalog.keyExchanges(),
            "hostkeyalgorithms", catalog.keys(),
            "pubkeyacceptedalgorithms", catalog.keys(),
            "hostbasedacceptedalgorithms", catalog.keys(),
            "casignaturealgorithms", catalog.authorities());
    for (Map.Entry<String, Algorithms> kind : all.entrySet()) {
      List<String> names =
          AlgorithmList.resolve(
              options.first(kind.getKey()).orElse(""),
              kind.getValue().defaults(),
              kind.getValue().known());
      line(kind.getKey(), String.join(",", names));
    }
  }

  private void lists(Tokens tokens) throws BadConfig {
    for (String keyword : List.of("dynamicforward", "localforward", "remoteforward")) {
      options.all(keyword).forEach(value -> line(keyword, value));
    }
    List<String> identities = options.all("identityfile");
    if (identities.isEmpty()) {
      identities =
          List.of(
              "~/.ssh/id_rsa",
              "~/.ssh/id_ecdsa",
              "~/.ssh/id_ecdsa_sk",
              "~/.ssh/id_ed25519",
              "~/.ssh/id_ed25519_sk",
              "~/.ssh/id_xmss",
              "~/.ssh/id_dsa");
    }
    identities.forEach(value -> line("identityfile", value));
    oneLine("canonicaldomains", options.all("canonicaldomains"), "none");
    options.all("certificatefile").forEach(value -> line("certificatefile", value));
    oneLine(
        "globalknownhostsfile",
        files("globalknownhostsfile", "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"),
        "none");
    List<String> users = new ArrayList<>();
    for (String file : files("userknownhostsfile", "~/.ssh/known_hosts", "~/.ssh/known_hosts2")) {
      users.add(tokens.path(file));
    }
    oneLine("userknownhostsfile", users, "none");
    options.all("sendenv").forEach(value -> line("sendenv", value));
    options.all("setenv").forEach(value -> line("setenv", value));
    oneLine("permitremoteopen", options.all("permitremoteopen"), "any");
    List<String> cnames = options.all("canonicalizepermittedcnames");
    lines.add(
        "canonicalizePermittedcnames " + (cnames.isEmpty() ? "none" : String.join(" ", cnames)));
  }

  private List<String> files(String keyword, String first, String second) {
    List<String> files = options.has(keyword) ? options.all(keyword) : List.of(first, second);
    return isNone(files.getFirst()) ? List.of() : files;
  }

  private void oneLine(String keyword, List<String> values, String none) {
    line(keyword, values.isEmpty() ? none : String.join(" ", values));
  }

  private void proxy() throws BadConfig {
    Optional<String> jump = options.first("proxyjump");
    if (jump.isPresent() && !isNone(jump.get())) {
      line("proxyjump", JumpHosts.last(jump.get()).shown());
    } else {
      options
          .first("proxycommand")
          .filter(command -> !isNone(command))
          .ifPresent(command -> line("proxycommand", command));
    }
  }
}
