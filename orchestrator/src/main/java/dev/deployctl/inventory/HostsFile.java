package dev.deployctl.inventory;

import dev.deployctl.model.Host;
import dev.deployctl.yaml.Checker;
import dev.deployctl.yaml.Node;
import dev.deployctl.yaml.Paths;
import dev.deployctl.yaml.Place;
import dev.deployctl.yaml.Problems;
import dev.deployctl.yaml.Values;
import dev.deployctl.yaml.YamlFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;

/** Reads a file of hosts, and reports all mistakes at once. */
final class HostsFile {
  /** Enough for ten thousand hosts with several tags each. */
  private static final YamlFile.Limits LIMITS = new YamlFile.Limits(4 << 20, 500_000);

  private HostsFile() {}

  static List<Host> read(Path file) {
    Problems problems = new Problems(null);
    Node read = YamlFile.read(file, LIMITS, problems);
    new Checker(problems, true, text -> true).check(read, HostsFileShape.ROOT, "");
    problems.throwIfAny();
    List<Host> hosts = new ArrayList<>();
    Map<String, Place> seen = new HashMap<>();
    List<Values> all = new Values((Node.Mapping) read).sections("hosts");
    for (int i = 0; i < all.size(); i++) {
      Host host = host(all.get(i));
      Place place = all.get(i).node().place();
      Place earlier = seen.putIfAbsent(host.id(), place);
      if (earlier != null) {
        problems.add(
            place,
            Paths.item("hosts", i),
            "the host "
                + host.id()
                + " stands on line "
                + earlier.line()
                + " already: give one"
                + " another name or id");
      }
      hosts.add(host);
    }
    problems.throwIfAny();
    return List.copyOf(hosts);
  }

  private static Host host(Values values) {
    String name = Objects.requireNonNull(values.text("name"));
    Map<String, SequencedSet<String>> tags = new LinkedHashMap<>();
    values
        .section("tags")
        .textsByKey()
        .forEach((key, texts) -> tags.put(key, new LinkedHashSet<>(texts)));
    return new Host(
        Objects.requireNonNullElse(values.text("id"), name),
        name,
        Objects.requireNonNullElse(values.text("address"), name),
        Objects.requireNonNullElse(values.text("zone"), ""),
        tags);
  }
}
