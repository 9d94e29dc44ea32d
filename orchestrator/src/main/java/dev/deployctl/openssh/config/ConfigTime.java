package dev.deployctl.openssh.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as ssh_config writes them: {@code 90}, {@code 90s}, {@code 1m30s}, {@code 1w2d}. */
final class ConfigTime {
  private static final Pattern PART = Pattern.compile("([0-9]{1,10})([smhdwSMHDW]?)");

  private ConfigTime() {}

  static int seconds(String text) throws BadConfig {
    Matcher part = PART.matcher(text);
    long total = 0;
    int at = 0;
    while (at < text.length() && part.find(at) && part.start() == at) {
      long unit =
          switch (Patterns.lower(part.group(2))) {
            case "m" -> 60;
            case "h" -> 3600;
            case "d" -> 86_400;
            case "w" -> 604_800;
            default -> 1;
          };
      total += Long.parseLong(part.group(1)) * unit;
      at = part.end();
    }
    if (text.isEmpty() || at < text.length() || total > Integer.MAX_VALUE) {
      throw new BadConfig("'" + text + "' is not a time");
    }
    return (int) total;
  }
}
