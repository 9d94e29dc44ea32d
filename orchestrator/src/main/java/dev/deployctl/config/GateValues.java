package dev.deployctl.config;

import dev.deployctl.model.Durations;
import dev.deployctl.model.Gate;
import dev.deployctl.yaml.Node;
import dev.deployctl.yaml.Paths;
import dev.deployctl.yaml.Problems;
import dev.deployctl.yaml.Values;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads gates, and checks what keys of one gate say together. */
final class GateValues {
  private static final List<String> KINDS = List.of("command", "url", "alarm", "question");

  /** DescribeAlarms takes no more names. */
  private static final int MOST_ALARMS = 100;

  private GateValues() {}

  /** Binds a gate that has been checked. */
  static Gate gate(Values gate) {
    Gate.Check check = check(gate);
    return new Gate(
        gate.get("name", name -> name, defaultName(check)),
        gate.get(
            "after", word -> Gate.After.valueOf(word.toUpperCase(Locale.ROOT)), Gate.After.EACH),
        gate.get("timeout", Durations::parse, check.timeout()),
        gate.get("for", Durations::parse, Duration.ZERO),
        check);
  }

  private static Gate.Check check(Values gate) {
    String url = gate.text("url");
    String question = gate.text("question");
    if (url != null) {
      return new Gate.Url(URI.create(url));
    }
    if (question != null) {
      return new Gate.Question(question);
    }
    List<String> alarms = gate.texts("alarm");
    return alarms.isEmpty()
        ? new Gate.Command(gate.texts("command"))
        : new Gate.Alarm(alarms, gate.text("region"));
  }

  /** Names a gate without a name; of an address only the host, since the rest may be a secret. */
  private static String defaultName(Gate.Check check) {
    return switch (check) {
      case Gate.Command command -> command.words().getFirst();
      case Gate.Url url -> String.valueOf(url.address().getHost());
      case Gate.Alarm alarm -> String.join(", ", alarm.names());
      case Gate.Question _ -> "question";
    };
  }

  /** Checks the gates of the general rollout and of each app. */
  static void check(Node.Mapping root, Problems problems) {
    list(root.mapping("rollout"), "rollout", problems);
    Node.Mapping apps = root.mapping("apps");
    if (apps != null) {
      for (String name : apps.entries().keySet()) {
        Node.Mapping app = apps.mapping(name);
        String path = Paths.key(Paths.key("apps", name), "rollout");
        list(app == null ? null : app.mapping("rollout"), path, problems);
      }
    }
  }

  private static void list(Node.@Nullable Mapping rollout, String path, Problems problems) {
    if (rollout == null || !(rollout.get("gates") instanceof Node.Sequence gates)) {
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < gates.items().size(); i++) {
      if (gates.items().get(i) instanceof Node.Mapping gate) {
        one(gate, Paths.item(Paths.key(path, "gates"), i), names, problems);
      }
    }
  }

  private static void one(Node.Mapping gate, String path, Set<String> names, Problems problems) {
    List<String> kinds = KINDS.stream().filter(kind -> gate.get(kind) != null).toList();
    if (kinds.size() != 1) {
      problems.add(
          gate.place(),
          path,
          kinds.isEmpty()
              ? "asks nothing: it needs one of " + String.join(", ", KINDS)
              : "has " + String.join(" and ", kinds) + ": choose one, or write two gates");
      return;
    }
    String kind = kinds.getFirst();
    if (gate.get("region") != null && !kind.equals("alarm")) {
      problems.add(gate.place(), Paths.key(path, "region"), "belongs to an alarm");
    }
    if (gate.get("for") != null && !kind.equals("alarm") && !kind.equals("url")) {
      problems.add(gate.place(), Paths.key(path, "for"), "belongs to a url or an alarm");
    }
    if (Values.texts(gate.get("alarm")).size() > MOST_ALARMS) {
      problems.add(
          gate.place(), Paths.key(path, "alarm"), "names more than " + MOST_ALARMS + " alarms");
    }
    String name = new Values(gate).text("name");
    if (name != null && !names.add(name)) {
      problems.add(gate.place(), Paths.key(path, "name"), "is the name of another gate too");
    }
  }
}
