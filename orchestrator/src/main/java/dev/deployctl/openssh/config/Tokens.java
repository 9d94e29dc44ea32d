package dev.deployctl.openssh.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Replaces tokens such as {@code %h}, {@code ${VARIABLE}} and a leading {@code ~}. */
final class Tokens {
  private static final Set<Character> PROXY = Set.of('h', 'k', 'n', 'p', 'r');

  private final LocalUser local;
  private final Map<Character, Supplier<String>> tokens;

  private Tokens(LocalUser local, Map<Character, Supplier<String>> tokens) {
    this.local = local;
    this.tokens = tokens;
  }

  /** Returns the tokens of HostName. */
  static Tokens ofHostName(LocalUser local, String host) {
    return new Tokens(local, Map.of('h', () -> host));
  }

  /** Returns the tokens of ProxyJump, which are those of ProxyCommand. */
  Tokens ofProxy() {
    Map<Character, Supplier<String>> some = new HashMap<>(tokens);
    some.keySet().retainAll(PROXY);
    return new Tokens(local, some);
  }

  /**
   * Returns all tokens.
   *
   * @param original the host as it was typed
   * @param host the name to connect to
   * @param alias the name under which the host key is looked up
   */
  static Tokens of(
      LocalUser local, String original, String host, String alias, String port, String user) {
    return new Tokens(
        local,
        Map.ofEntries(
            Map.entry('C', () -> hash(local.machine().get(), host, port, user)),
            Map.entry('L', () -> shortName(local.machine().get())),
            Map.entry('d', () -> local.home().toString()),
            Map.entry('h', () -> host),
            Map.entry('i', local.uid()),
            Map.entry('k', () -> alias),
            Map.entry('l', local.machine()),
            Map.entry('n', () -> original),
            Map.entry('p', () -> port),
            Map.entry('r', () -> user),
            Map.entry('u', local::name)));
  }

  /** Replaces tokens. */
  String percent(String text) throws BadConfig {
    return expand(text, false);
  }

  /** Replaces a leading ~, then tokens and environment variables, as for names of files. */
  String path(String text) throws BadConfig {
    return expand(local.expandHome(text), true);
  }

  /** Refuses variables that are not set. */
  static void checkVariables(String text, LocalUser local) throws BadConfig {
    for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at + 2)) {
      int close = text.indexOf('}', at);
      if (close < 0) {
        throw new BadConfig("'" + text + "' lacks a closing brace");
      }
      variable(text.substring(at + 2, close), local);
    }
  }

  private String expand(String text, boolean variables) throws BadConfig {
    StringBuilder result = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (variables && c == '$' && at + 1 < text.length() && text.charAt(at + 1) == '{') {
        int close = text.indexOf('}', at);
        if (close < 0) {
          throw new BadConfig("'" + text + "' lacks a closing brace");
        }
        result.append(variable(text.substring(at + 2, close), local));
        at = close;
      } else if (c != '%') {
        result.append(c);
      } else if (++at == text.length()) {
        throw new BadConfig("'" + text + "' ends in a single %");
      } else if (text.charAt(at) == '%') {
        result.append('%');
      } else {
        Supplier<String> token = tokens.get(text.charAt(at));
        if (token == null) {
          throw new BadConfig("'" + text + "' has the unknown token %" + text.charAt(at));
        }
        result.append(token.get());
      }
    }
    return result.toString();
  }

  private static String variable(String name, LocalUser local) throws BadConfig {
    String value = local.environment().get(name);
    if (value == null) {
      throw new BadConfig("the environment variable " + name + " is not set");
    }
    return value;
  }

  private static String shortName(String machine) {
    int dot = machine.indexOf('.');
    return dot < 0 ? machine : machine.substring(0, dot);
  }

  private static String hash(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      for (String part : parts) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-1", impossible);
    }
  }
}
