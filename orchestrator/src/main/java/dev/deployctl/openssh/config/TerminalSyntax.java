package dev.deployctl.openssh.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Keywords that only matter to someone at a terminal. They have no effect here, but what is wrong
 * in them is wrong for ssh, and what is right is shown as ssh shows it.
 */
final class TerminalSyntax {
  private static final List<String> LOG_LEVELS =
      List.of(
          "SILENT", "QUIET", "FATAL", "ERROR", "INFO", "VERBOSE", "DEBUG", "DEBUG1", "DEBUG2",
          "DEBUG3");
  private static final Set<String> LOG_FACILITIES =
      Set.of(
          "DAEMON",
          "USER",
          "AUTH",
          "AUTHPRIV",
          "LOCAL0",
          "LOCAL1",
          "LOCAL2",
          "LOCAL3",
          "LOCAL4",
          "LOCAL5",
          "LOCAL6",
          "LOCAL7");
  private static final Map<String, Integer> SERVICES = services();
  private static final int MOST_REKEY_BYTES_FACTOR = 60;

  private TerminalSyntax() {}

  static void logLevel(Arguments arguments, Options options, boolean active) throws BadConfig {
    String level = arguments.word().toUpperCase(Locale.ROOT);
    if (!LOG_LEVELS.contains(level)) {
      throw new BadConfig("loglevel cannot be '" + level + "'");
    }
    if (active) {
      options.setOnce(
          "loglevel",
          switch (level) {
            case "DEBUG1" -> "DEBUG";
            case "SILENT", "QUIET" -> LocalUser.onDebian() ? "SILENT" : "QUIET";
            default -> level;
          });
    }
  }

  static void logFacility(Arguments arguments, Options options, boolean active) throws BadConfig {
    String facility = arguments.word().toUpperCase(Locale.ROOT);
    if (!LOG_FACILITIES.contains(facility)) {
      throw new BadConfig("syslogfacility cannot be '" + facility + "'");
    }
    options.setOnce("syslogfacility", facility); // in whatever block it stands, as in ssh
  }

  static void logVerbose(Arguments arguments, Options options, boolean active) throws BadConfig {
    int count = 0;
    while (arguments.more()) {
      String word = arguments.word();
      if (word.equalsIgnoreCase("none") && (count > 0 || arguments.more())) {
        throw new BadConfig("logverbose takes 'none' only alone");
      }
      count++;
      if (active) {
        options.setOnce("logverbose", word); // ssh keeps the first word alone
      }
    }
  }

  static void escapeChar(Arguments arguments, Options options, boolean active) throws BadConfig {
    String word = arguments.word();
    String shown;
    if (word.equals("none") || word.length() == 1) {
      shown = word;
    } else if (word.length() == 2
        && word.charAt(0) == '^'
        && word.charAt(1) >= 64
        && word.charAt(1) < 128) {
      shown = "\\^" + (char) ((word.charAt(1) & 31) + 64);
    } else {
      throw new BadConfig("escapechar cannot be '" + word + "'");
    }
    if (active) {
      options.setOnce("escapechar", shown);
    }
  }

  static void addKeysToAgent(Arguments arguments, Options options, boolean active)
      throws BadConfig {
    String word = arguments.word();
    String second = arguments.more() ? arguments.word() : "";
    String value =
        Map.of(
                "yes", "true", "true", "true", "no", "false", "false", "false", "ask", "ask",
                "confirm", "confirm")
            .get(Patterns.lower(word));
    String shown;
    if (value == null && second.isEmpty()) {
      int seconds = ConfigTime.seconds(word);
      shown = seconds == 0 ? "true" : String.valueOf(seconds);
    } else if (value != null && second.isEmpty()) {
      shown = value;
    } else if (value != null && value.equals("confirm")) {
      int seconds = ConfigTime.seconds(second);
      shown = seconds == 0 ? value : "confirm " + seconds;
    } else {
      throw new BadConfig("addkeystoagent cannot be '" + word + " " + second + "'");
    }
    if (active) {
      options.setOnce("addkeystoagent", shown);
    }
  }

  static void controlPersist(Arguments arguments, Options options, boolean active)
      throws BadConfig {
    String word = arguments.word();
    String shown =
        switch (word) {
          case "no", "false" -> "no";
          case "yes", "true" -> "yes";
          default -> {
            int seconds = ConfigTime.seconds(word);
            yield seconds == 0 ? "yes" : String.valueOf(seconds);
          }
        };
    if (active) {
      options.setOnce("controlpersist", shown);
    }
  }

  static void forwardAgent(Arguments arguments, Options options, boolean active) throws BadConfig {
    String word = arguments.word();
    String flag = Syntax.YES_NO.get(Patterns.lower(word));
    if (flag == null) {
      EnvironmentSyntax.checkPath("forwardagent", word, arguments.local());
    }
    if (active) {
      options.setOnce("forwardagent", flag == null ? "yes" : flag);
      if (flag == null) {
        options.setOnce("forwardagentpath", word); // shown even after a plain yes or no, as by ssh
      }
    }
  }

  static void rekeyLimit(Arguments arguments, Options options, boolean active) throws BadConfig {
    String word = arguments.word();
    String bytes = word.equals("default") ? "0" : scaled(word);
    String seconds = "";
    if (arguments.more()) {
      String time = arguments.word();
      seconds = time.equals("none") ? "" : String.valueOf(ConfigTime.seconds(time));
    }
    if (active) {
      options.setOnce("rekeylimit", bytes);
      if (!seconds.isEmpty()) {
        options.setOnce("rekeyinterval", seconds);
      }
    }
  }

  private static String scaled(String word) throws BadConfig {
    java.util.regex.Matcher number =
        java.util.regex.Pattern.compile("([0-9]{1,15})([kKmMgGtTpPeEbB]?)").matcher(word);
    if (!number.matches()) {
      throw new BadConfig("rekeylimit cannot be '" + word + "'");
    }
    int power = "bkmgtpe".indexOf(Patterns.lower(number.group(2) + "b").charAt(0));
    java.math.BigInteger value = new java.math.BigInteger(number.group(1)).shiftLeft(10 * power);
    if (value.bitLength() > MOST_REKEY_BYTES_FACTOR
        || (value.signum() > 0 && value.bitLength() < 5)) {
      throw new BadConfig("rekeylimit cannot be '" + word + "'");
    }
    return value.toString();
  }

  static void bindMask(Arguments arguments, Options options, boolean active) throws BadConfig {
    String word = arguments.word();
    java.util.regex.Matcher octal = java.util.regex.Pattern.compile("([0-7]{1,6}).*").matcher(word);
    if (!octal.matches() || Integer.parseInt(octal.group(1), 8) > 511) {
      throw new BadConfig("streamlocalbindmask cannot be '" + word + "'");
    }
    // The last line wins, in whatever block it stands, as in ssh.
    String mask = Integer.toOctalString(Integer.parseInt(octal.group(1), 8));
    options.replace("streamlocalbindmask", List.of("0" + mask));
  }

  static void tunnelDevice(Arguments arguments, Options options, boolean active) throws BadConfig {
    String word = arguments.word();
    String[] ends = word.split(":", 2);
    String local = tunnel(ends[0], word);
    String remote = ends.length == 2 ? tunnel(ends[1], word) : "any";
    if (active) {
      options.setOnce("tunneldevice", local + ":" + remote);
    }
  }

  private static String tunnel(String end, String word) throws BadConfig {
    if (end.equalsIgnoreCase("any")) {
      return "any";
    }
    if (!end.matches("[0-9]{1,9}")) {
      throw new BadConfig("tunneldevice cannot be '" + word + "'");
    }
    return String.valueOf(Integer.parseInt(end));
  }

  static void qualityOfService(Arguments arguments, Options options, boolean active)
      throws BadConfig {
    String first = quality(arguments.word());
    String second = arguments.more() ? quality(arguments.word()) : first;
    if (active) {
      options.setOnce("ipqos", first + " " + second);
    }
  }

  private static String quality(String word) throws BadConfig {
    String name = Patterns.lower(word);
    if (name.equals("none")) {
      return name;
    }
    Integer value = SERVICES.get(name);
    if (value == null) {
      if (!word.matches("(0[xX][0-9a-fA-F]{1,4}|[0-9]{1,5})")
          || Integer.decode(word.matches("0+") ? "0" : word) > 255) {
        throw new BadConfig("ipqos cannot be '" + word + "'");
      }
      value = Integer.decode(word.matches("0+") ? "0" : word);
    }
    for (Map.Entry<String, Integer> service : SERVICES.entrySet()) {
      if (service.getValue().equals(value)) {
        return service.getKey();
      }
    }
    return String.format("0x%02x", value);
  }

  private static Map<String, Integer> services() {
    Map<String, Integer> all = new java.util.LinkedHashMap<>();
    for (int group = 1; group <= 4; group++) {
      for (int drop = 1; drop <= 3; drop++) {
        all.put("af" + group + drop, (group * 8 + drop * 2) << 2);
      }
    }
    for (int group = 0; group <= 7; group++) {
      all.put("cs" + group, group << 5);
    }
    all.put("ef", 0xb8);
    all.put("le", 0x04);
    all.put("lowdelay", 0x10);
    all.put("throughput", 0x08);
    all.put("reliability", 0x04);
    return all;
  }
}
