package dev.deployctl.inventory.ec2;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An instance of {@link FakeEc2}. */
public record FakeInstance(
    String id, String region, String state, @Nullable String ip, Map<String, String> tags) {
  private static final Map<String, Integer> CODES =
      Map.of(
          "pending",
          0,
          "running",
          16,
          "shutting-down",
          32,
          "terminated",
          48,
          "stopping",
          64,
          "stopped",
          80);

  public static FakeInstance of(String id, String... tags) {
    Map<String, String> map = new LinkedHashMap<>();
    Arrays.stream(tags).map(tag -> tag.split("=", 2)).forEach(pair -> map.put(pair[0], pair[1]));
    return new FakeInstance(id, "eu-west-1", "running", "10.0.0." + (id.hashCode() & 127), map);
  }

  public FakeInstance in(String other) {
    return new FakeInstance(id, other, state, ip, tags);
  }

  FakeInstance being(String other) {
    return new FakeInstance(id, region, other, ip, tags);
  }

  public FakeInstance at(@Nullable String other) {
    return new FakeInstance(id, region, state, other, tags);
  }

  static boolean knowsFilter(String name) {
    return name.startsWith("tag:")
        || List.of("tag-key", "instance-state-name", "instance-id", "availability-zone")
            .contains(name);
  }

  /** One filter: its values are alternatives, with wildcards, case-sensitive. */
  boolean passes(String name, List<String> values) {
    if (name.equals("tag-key")) {
      return tags.keySet().stream().anyMatch(key -> matches(key, values));
    }
    String actual =
        switch (name) {
          case "instance-state-name" -> state;
          case "instance-id" -> id;
          case "availability-zone" -> region + "a";
          default -> tags.get(name.substring("tag:".length()));
        };
    return actual != null && matches(actual, values);
  }

  private static boolean matches(String actual, List<String> values) {
    return values.stream().anyMatch(value -> pattern(value).matcher(actual).matches());
  }

  private static Pattern pattern(String value) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        regex.append(Pattern.quote(String.valueOf(value.charAt(++i))));
      } else if (c == '*' || c == '?') {
        regex.append(c == '*' ? ".*" : ".");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  String xml() {
    return "<item><instanceId>%s</instanceId><imageId>ami-1</imageId>".formatted(id)
        + "<instanceState><code>%d</code><name>%s</name></instanceState>"
            .formatted(CODES.getOrDefault(state, 272), state)
        + "<privateDnsName/><dnsName/><futureElement><a>1</a></futureElement>"
        + "<placement><availabilityZone>%sa</availabilityZone></placement>".formatted(region)
        + (ip == null ? "" : "<privateIpAddress>%s</privateIpAddress>".formatted(ip))
        + tags.entrySet().stream()
            .map(
                tag ->
                    "<item><key>%s</key><value>%s</value></item>"
                        .formatted(escape(tag.getKey()), escape(tag.getValue())))
            .collect(Collectors.joining("", "<tagSet>", "</tagSet></item>"));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
