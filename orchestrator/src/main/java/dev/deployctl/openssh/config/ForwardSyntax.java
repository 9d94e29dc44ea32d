package dev.deployctl.openssh.config;

import java.util.ArrayList;
import java.util.List;

/** Forwardings, which deployctl never makes: only checked, and shown as ssh shows them. */
final class ForwardSyntax {
  private ForwardSyntax() {}

  /** One end of a forwarding, or a part of one. */
  private record Field(String text, boolean path) {}

  static void local(Arguments arguments, Options options, boolean active) throws BadConfig {
    read(arguments, options, active, "localforward");
  }

  static void remote(Arguments arguments, Options options, boolean active) throws BadConfig {
    read(arguments, options, active, "remoteforward");
  }

  static void dynamic(Arguments arguments, Options options, boolean active) throws BadConfig {
    read(arguments, options, active, "dynamicforward");
  }

  private static void read(Arguments arguments, Options options, boolean active, String keyword)
      throws BadConfig {
    String first = arguments.word();
    boolean socks = keyword.equals("dynamicforward");
    String spec = first;
    if (!socks && arguments.more()) {
      spec = first + ":" + arguments.word();
    } else if (keyword.equals("remoteforward")) {
      socks = true;
    } else if (!socks) {
      throw new BadConfig("localforward lacks where it leads to");
    }
    String shown = shown(fields(spec.stripLeading()), socks, keyword);
    if (active) {
      options.add(keyword, shown);
    }
  }

  private static String shown(List<Field> fields, boolean socks, String keyword) throws BadConfig {
    int count = fields.size();
    if (socks) {
      if (count > 2) {
        throw wrong(keyword);
      }
      String listen = listen(fields, count, keyword);
      return keyword.equals("remoteforward") ? listen + " [socks]:0" : listen;
    }
    boolean leadsToPath = fields.getLast().path();
    int listening = leadsToPath ? count - 1 : count - 2;
    if (listening < 1 || listening > 2) {
      throw wrong(keyword);
    }
    String listen = listen(fields.subList(0, listening), listening, keyword);
    if (leadsToPath) {
      return listen + " " + fields.getLast().text();
    }
    int port = port(fields.getLast().text(), keyword);
    if (port == 0) {
      throw wrong(keyword);
    }
    return listen + " [" + fields.get(count - 2).text() + "]:" + port;
  }

  private static String listen(List<Field> fields, int count, String keyword) throws BadConfig {
    if (count == 1 && fields.getFirst().path()) {
      return fields.getFirst().text();
    }
    int port = port(fields.get(count - 1).text(), keyword);
    if (port == 0 && !keyword.equals("remoteforward")) {
      throw wrong(keyword);
    }
    return count == 1 ? String.valueOf(port) : "[" + fields.getFirst().text() + "]:" + port;
  }

  private static int port(String text, String keyword) throws BadConfig {
    if (text.equals("0")) {
      return 0;
    }
    try {
      return PortSyntax.port(text);
    } catch (BadConfig noPort) {
      throw wrong(keyword);
    }
  }

  /** Splits at colons; brackets hold a field together, a backslash takes a colon's meaning. */
  private static List<Field> fields(String spec) throws BadConfig {
    List<Field> fields = new ArrayList<>();
    int at = 0;
    while (at < spec.length() && fields.size() < 4) {
      StringBuilder text = new StringBuilder();
      if (spec.charAt(at) == '[') {
        int close = spec.indexOf(']', at);
        if (close < 0 || (close + 1 < spec.length() && spec.charAt(close + 1) != ':')) {
          throw wrong("forward");
        }
        text.append(spec, at + 1, close);
        at = close + 2;
      } else {
        for (; at < spec.length() && spec.charAt(at) != ':'; at++) {
          if (spec.charAt(at) == '\\' && ++at == spec.length()) {
            throw wrong("forward");
          }
          text.append(spec.charAt(at));
        }
        at++;
      }
      fields.add(new Field(text.toString(), text.indexOf("/") >= 0));
    }
    if (fields.isEmpty() || at < spec.length()) {
      throw wrong("forward");
    }
    return fields;
  }

  static void permitRemoteOpen(Arguments arguments, Options options, boolean active)
      throws BadConfig {
    boolean first = !options.has("permitremoteopen");
    if (!arguments.more()) {
      throw new BadConfig("permitremoteopen lacks its argument");
    }
    int count = 0;
    while (arguments.more()) {
      String word = arguments.anyWord();
      boolean alone = word.equalsIgnoreCase("none") || word.equalsIgnoreCase("any");
      if (alone && (count > 0 || arguments.more())) {
        throw new BadConfig("permitremoteopen takes '" + word + "' only alone");
      }
      int colon = word.lastIndexOf(':');
      if (!alone && (colon < 1 || !word.substring(colon + 1).equals("*"))) {
        port(colon < 1 ? "" : word.substring(colon + 1), "permitremoteopen");
      }
      count++;
      if (active && first) {
        options.append("permitremoteopen", word);
      }
    }
  }

  private static BadConfig wrong(String keyword) {
    return new BadConfig(keyword + " is no forwarding that ssh knows");
  }
}
