package dev.deployctl.openssh.config;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A jump host of ProxyJump.
 *
 * @param before the jump hosts before it as they were written, which replace its own ProxyJump
 */
public record JumpHosts(
    Optional<String> user, String host, OptionalInt port, Optional<String> before) {

  /** Returns the last jump host of {@code user@host:port,...}, with those before it. */
  static JumpHosts last(String spec) throws BadConfig {
    int comma = spec.lastIndexOf(',');
    JumpHosts hop = one(spec.substring(comma + 1));
    return comma <= 0
        ? hop
        : new JumpHosts(hop.user, hop.host, hop.port, Optional.of(spec.substring(0, comma)));
  }

  /** Replaces tokens such as {@code %r} by the values of the target host. */
  JumpHosts expanded(Tokens tokens) throws BadConfig {
    Optional<String> name = user.isEmpty() ? user : Optional.of(tokens.percent(user.get()));
    Optional<String> hops = before.isEmpty() ? before : Optional.of(tokens.percent(before.get()));
    return new JumpHosts(name, tokens.percent(host), port, hops);
  }

  /** Checks every jump host. */
  static void check(String spec) throws BadConfig {
    if (spec.equalsIgnoreCase("none")) {
      return;
    }
    for (String hop : spec.split(",", -1)) {
      one(hop);
    }
  }

  private static JumpHosts one(String hop) throws BadConfig {
    String text = hop;
    boolean uri = text.regionMatches(true, 0, "ssh://", 0, 6);
    if (uri) {
      text = text.substring(6);
      if (text.endsWith("/")) {
        text = text.substring(0, text.length() - 1);
      }
    }
    Optional<String> user = Optional.empty();
    int at = text.lastIndexOf('@');
    if (at >= 0) {
      user = Optional.of(text.substring(0, at));
      text = text.substring(at + 1);
    }
    OptionalInt port = OptionalInt.empty();
    String host = text;
    int close = text.startsWith("[") ? text.indexOf(']') : -1;
    int colon = text.indexOf(':', Math.max(close, 0));
    if (close > 0) {
      host = text.substring(1, close);
      if (colon < 0 && close + 1 < text.length()) {
        throw wrong(hop);
      }
    } else if (colon >= 0) {
      host = text.substring(0, colon);
    }
    if (colon >= 0) {
      port = OptionalInt.of(PortSyntax.port(text.substring(colon + 1)));
    }
    if (host.isEmpty() || user.filter(String::isEmpty).isPresent() || host.indexOf('/') >= 0) {
      throw wrong(hop);
    }
    return new JumpHosts(user, host, port, Optional.empty());
  }

  /** Returns the jump hosts as ssh prints them. */
  String shown() {
    boolean numeric = host.indexOf(':') >= 0 || host.matches("[0-9.]*");
    return before.map(hops -> hops + ",").orElse("")
        + user.map(name -> name + "@").orElse("")
        + (numeric ? "[" + host + "]" : host)
        + (port.isPresent() ? ":" + port.getAsInt() : "");
  }

  private static BadConfig wrong(String hop) {
    return new BadConfig("ProxyJump takes [user@]host[:port], not '" + hop + "'");
  }
}
