package dev.deployctl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The environment of an app on a host: a file of its own, or a store that hosts share. */
final class FakeEnv {
  final @Nullable String store;
  final Map<String, String> values;
  final List<String> asked = new ArrayList<>();

  /** How the live release has a variable; {@code same} where nothing is said. */
  final Map<String, String> live = new HashMap<>();

  /** The kind and exit code of the refusal of a change, by what it is asked for. */
  final Map<String, Integer> refusals = new HashMap<>();

  /** Called before a change is made. */
  Runnable beforeChange = () -> {};

  private FakeEnv(@Nullable String store, Map<String, String> values) {
    this.store = store;
    this.values = values;
  }

  static FakeEnv file(Map<String, String> values) {
    return new FakeEnv(null, new TreeMap<>(values));
  }

  /** Returns the environment of a host that shares these values with others. */
  static FakeEnv shared(String store, Map<String, String> values) {
    return new FakeEnv(store, values);
  }

  synchronized FakeHost.Answer call(List<String> arguments, InputStream in) throws IOException {
    asked.add(String.join(" ", arguments));
    String verb = arguments.getFirst();
    if (verb.equals("env-list")) {
      return list();
    }
    String name = Objects.requireNonNull(FakeHost.option(arguments, "name"));
    String value = null;
    if (verb.equals("env-set")) {
      String input = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (!arguments.contains("--until-nul") || !input.endsWith("\0")) {
        return refusal(64, "usage", "the value on standard input is incomplete");
      }
      value = input.substring(0, input.length() - 1);
    }
    boolean check = arguments.contains("--check");
    Integer exit = refusals.get(check ? "check" : "write");
    if (exit != null) {
      return refusal(exit, exit == 77 ? "not-allowed" : "definition", "refused for the test");
    }
    if (!check) {
      beforeChange.run();
    }
    String expected = FakeHost.option(arguments, "expect");
    if (expected != null && !expected.equals(token(name))) {
      return refusal(75, "locked", name + " was changed by bob at 2026-11-30T10:00:00.000Z");
    }
    return edited(name, value, check);
  }

  private FakeHost.Answer edited(String name, @Nullable String value, boolean check) {
    String outcome = value == null ? values.containsKey(name) ? "unset" : "unchanged" : "set";
    if (!check && value == null) {
      values.remove(name);
    } else if (!check) {
      values.put(name, value);
    }
    ObjectNode event =
        event("env.edited").put("app", "blog").put("name", name).put("token", token(name));
    event.put("outcome", check && !outcome.equals("unchanged") ? "checked" : outcome);
    event.put("source", store == null ? "file" : "etcd").put("where", where());
    event.putNull("still");
    event.putArray("warnings");
    return new FakeHost.Answer(0, List.of(event));
  }

  private String where() {
    return store == null ? "/etc/deployctl/env/blog.env" : "/deploy/apps/blog/env/";
  }

  private String token(String name) {
    String value = values.get(name);
    return value == null ? "absent" : "t" + Integer.toHexString(value.hashCode());
  }

  private FakeHost.Answer list() {
    List<ObjectNode> events = new ArrayList<>();
    for (String name : values.keySet()) {
      events.add(
          event("env.name")
              .put("app", "blog")
              .put("name", name)
              .put("source", where())
              .put("changed", "2026-11-30T10:00:00.000Z")
              .put("by", "bob")
              .put("token", token(name))
              .put("live", live.getOrDefault(name, "same")));
    }
    events.add(
        event("env.listed")
            .put("app", "blog")
            .put("source", store == null ? "file" : "etcd")
            .put("where", where())
            .put("store", store)
            .put("names", values.size())
            .put("editor", true)
            .putNull("problem"));
    return new FakeHost.Answer(0, events);
  }

  private static FakeHost.Answer refusal(int exit, String kind, String message) {
    ObjectNode error = event("error").put("exit", exit);
    error
        .putObject("error")
        .put("kind", kind)
        .put("message", message)
        .put("state", "nothing was touched");
    return new FakeHost.Answer(exit, List.of(error));
  }

  private static ObjectNode event(String type) {
    return Transcripts.object().put("v", 1).put("type", type);
  }
}
