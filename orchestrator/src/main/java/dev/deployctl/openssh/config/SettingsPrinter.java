package dev.deployctl.openssh.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prints the keywords that deployctl acts on in the form of {@code ssh -G}: values with the
 * defaults of ssh, tokens replaced only where ssh replaces them.
 *
 * <p>Algorithms and ServerAliveInterval are printed only where the configuration sets them, because
 * deployctl has defaults of its own.
 */
final class SettingsPrinter {
  private final String typed;
  private final String host;
  private final Options options;
  private final LocalUser local;
  private final List<String> lines = new ArrayList<>();

  SettingsPrinter(String typed, String host, Options options, LocalUser local) {
    this.typed = typed;
    this.host = host;
    this.options = options;
    this.local = local;
  }

  List<String> print() throws BadConfig {
    String user = options.first("user").orElse(local.name());
    String port = options.first("port").orElse("22");
    Optional<String> alias = options.first("hostkeyalias").map(Patterns::lower);
    Tokens tokens = Tokens.of(local, typed, host, alias.orElse(typed), port, user);
    line("host", typed);
    line("user", user);
    line("hostname", host);
    line("port", port);
    value("addressfamily", "any");
    value("batchmode", "no");
    value("canonicalizefallbacklocal", "yes");
    value("canonicalizehostname", "false");
    value("checkhostip", "no");
    value("hashknownhosts", "no");
    value("identitiesonly", "no");
    line("proxyusefdpass", options.has("proxyjump") ? "no" : or("proxyusefdpass", "no"));
    value("pubkeyauthentication", "true");
    value("stricthostkeychecking", "ask");
    value("tcpkeepalive", "yes");
    value("canonicalizemaxdots", "1");
    value("connectionattempts", "1");
    value("serveralivecountmax", "3");
    set("serveraliveinterval");
    value("requiredrsasize", "1024");
    set("bindaddress");
    set("bindinterface");
    alias.ifPresent(name -> line("hostkeyalias", name));
    set("ignoreunknown");
    set("preferredauthentications");
    unlessNone("revokedhostkeys");
    unlessNone("knownhostscommand");
    value("connecttimeout", "none");
    files(tokens);
    algorithms();
    proxy();
    return lines;
  }

  private void line(String keyword, String value) {
    lines.add(keyword + " " + value);
  }

  private String or(String keyword, String fallback) {
    return options.first(keyword).orElse(fallback);
  }

  private void value(String keyword, String fallback) {
    line(keyword, or(keyword, fallback));
  }

  private void set(String keyword) {
    options.first(keyword).ifPresent(value -> line(keyword, value));
  }

  private void unlessNone(String keyword) {
    options
        .first(keyword)
        .filter(value -> !value.equalsIgnoreCase("none"))
        .ifPresent(value -> line(keyword, value));
  }

  private void files(Tokens tokens) throws BadConfig {
    Optional<String> agent = options.first("identityagent");
    if (agent.isPresent()) {
      line("identityagent", tokens.path(agent.get()));
    }
    if (options.has("identityfile")) {
      options.all("identityfile").forEach(value -> line("identityfile", value));
    } else {
      SettingsBuilder.DEFAULT_IDENTITIES.forEach(name -> line("identityfile", "~/.ssh/" + name));
    }
    options.all("certificatefile").forEach(value -> line("certificatefile", value));
    oneLine("canonicaldomains", options.all("canonicaldomains"));
    oneLine(
        "globalknownhostsfile",
        SettingsBuilder.knownHosts(
            options, "globalknownhostsfile", SettingsBuilder.GLOBAL_KNOWN_HOSTS));
    List<String> users = new ArrayList<>();
    for (String file :
        SettingsBuilder.knownHosts(
            options, "userknownhostsfile", SettingsBuilder.USER_KNOWN_HOSTS)) {
      users.add(tokens.path(file));
    }
    oneLine("userknownhostsfile", users);
    options.all("sendenv").forEach(value -> line("sendenv", value));
    options.all("setenv").forEach(value -> line("setenv", value));
  }

  private void oneLine(String keyword, List<String> values) {
    line(keyword, values.isEmpty() ? "none" : String.join(" ", values));
  }

  private void algorithms() {
    Algorithms.BY_KEYWORD.forEach(
        (keyword, kind) ->
            options
                .first(keyword)
                .ifPresent(list -> line(keyword, String.join(",", kind.resolve(list)))));
  }

  private void proxy() throws BadConfig {
    Optional<String> jump = options.first("proxyjump");
    if (jump.isPresent() && !jump.get().equalsIgnoreCase("none")) {
      line("proxyjump", JumpHosts.last(jump.get()).shown());
    } else {
      unlessNone("proxycommand");
    }
  }
}
