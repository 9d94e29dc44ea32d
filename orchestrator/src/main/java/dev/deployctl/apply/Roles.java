package dev.deployctl.apply;

import dev.deployctl.model.Host;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the roles that a tag of a host names into its {@code host.conf}. */
final class Roles {
  private static final Pattern SECTION = Pattern.compile("(?m)^\\[host][ \\t]*([;#].*)?$");
  private static final Pattern KEY = Pattern.compile("(?m)^roles[ \\t]*=");

  private final String tag;

  Roles(String tag) {
    this.tag = tag;
  }

  String tag() {
    return tag;
  }

  boolean isTagOf(Host host) {
    return host.tags().containsKey(tag);
  }

  /** Returns the roles of a host: the values of the tag, separated by commas or blanks. */
  SequencedSet<String> of(Host host) {
    SequencedSet<String> roles = new LinkedHashSet<>();
    for (String value : host.tags().getOrDefault(tag, new LinkedHashSet<>())) {
      Arrays.stream(value.split("[,\\s]+", -1)).filter(role -> !role.isEmpty()).forEach(roles::add);
    }
    return roles;
  }

  /** Returns whether a file has roles of its own. */
  static boolean areIn(ManagedFile hostConf) {
    String text = text(hostConf);
    Matcher section = SECTION.matcher(text);
    if (!section.find()) {
      return false;
    }
    int next = text.indexOf("\n[", section.end());
    return KEY.matcher(text.substring(section.end(), next < 0 ? text.length() : next)).find();
  }

  /** Returns the file with these roles. Lines of the operators keep their numbers if they can. */
  ManagedFile addTo(ManagedFile hostConf, Host host) {
    List<String> roles = List.copyOf(of(host));
    if (roles.isEmpty()) {
      return hostConf;
    }
    String text = text(hostConf);
    String line = "roles = " + String.join(", ", roles) + "\n";
    Matcher section = SECTION.matcher(text);
    String added;
    if (section.find()) {
      String head = text.substring(0, section.end());
      String rest = text.substring(section.end());
      added = head + "\n" + line + (rest.startsWith("\n") ? rest.substring(1) : rest);
    } else {
      String end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
      added = text + end + "\n[host]\n" + line;
    }
    return new ManagedFile(hostConf.path(), added.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads bytes as they are, so that what is no text reaches the host's own reader unchanged. */
  private static String text(ManagedFile file) {
    return new String(file.content(), StandardCharsets.ISO_8859_1);
  }
}
