package dev.deployctl.openssh.config;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A destination as it is typed after {@code ssh}: {@code [user@]host} or {@code
 * ssh://[user@]host[:port]}.
 */
public record Destination(Optional<String> user, String host, OptionalInt port) {
  private static final String SCHEME = "ssh://";

  /**
   * Parses a destination as ssh does.
   *
   * @return empty if ssh would print its usage
   */
  public static Optional<Destination> parse(String text) {
    try {
      return Optional.of(
          text.startsWith(SCHEME) ? uri(text.substring(SCHEME.length())) : plain(text));
    } catch (BadConfig wrong) {
      return Optional.empty();
    }
  }

  private static Destination plain(String text) throws BadConfig {
    int at = text.lastIndexOf('@');
    if (at == 0) {
      throw new BadConfig("the user is missing");
    }
    return at < 0
        ? new Destination(Optional.empty(), text, OptionalInt.empty())
        : new Destination(
            Optional.of(text.substring(0, at)), text.substring(at + 1), OptionalInt.empty());
  }

  private static Destination uri(String text) throws BadConfig {
    int at = text.indexOf('@');
    Optional<String> user = at < 0 ? Optional.empty() : Optional.of(user(text.substring(0, at)));
    String rest = text.substring(at + 1);
    int slash = rest.indexOf('/');
    if (slash >= 0 && slash < rest.length() - 1) {
      throw new BadConfig("ssh does not accept a path");
    }
    String address = slash < 0 ? rest : rest.substring(0, slash);
    int colon = address.indexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    if (colon >= 0 && colon == address.length() - 1 && slash >= 0) {
      throw new BadConfig("the port is missing");
    }
    if (!isName(host)) {
      throw new BadConfig("the host name is not valid");
    }
    String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String port = colon < 0 ? "" : address.substring(colon + 1);
    return new Destination(
        user, bare, port.isEmpty() ? OptionalInt.empty() : OptionalInt.of(PortSyntax.port(port)));
  }

  /** Decodes the user. The text after a semicolon has parameters, which ssh ignores. */
  private static String user(String text) throws BadConfig {
    int semicolon = text.indexOf(';');
    String encoded = semicolon < 0 ? text : text.substring(0, semicolon);
    if (encoded.isEmpty()) {
      throw new BadConfig("the user is missing");
    }
    StringBuilder user = new StringBuilder();
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '+') {
        user.append(' ');
      } else if (c != '%') {
        user.append(c);
      } else if (encoded.substring(i).matches("(?s)%[0-9a-fA-F]{2}.*")) {
        user.append((char) Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        throw new BadConfig("a % is not followed by two digits");
      }
    }
    return user.toString();
  }

  /** Like ssh, refuses IPv6 addresses in brackets. */
  private static boolean isName(String host) {
    return host.matches("[0-9A-Za-z]([.]?[0-9A-Za-z_-])*[.]?");
  }
}
