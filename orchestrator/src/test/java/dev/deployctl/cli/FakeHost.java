package dev.deployctl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of the contract: answers from the recorded transcripts, with this host's own
 * releases and the caller's rollout ids in them, and records its calls.
 */
final class FakeHost {
  /** The live release, and who deployed it. */
  record Serving(
      String release, String digest, @Nullable String tag, String rollout, String verb) {}

  /** The output of a call, and its exit code. */
  record Answer(int exit, List<ObjectNode> events) {}

  /** The deploy of an image, and the release that it replaced. */
  private record Origin(String rollout, @Nullable Serving before) {}

  private static final Map<String, String> TAGS =
      Map.of("v1", Transcripts.V1, "v2", Transcripts.V2, "v3", Transcripts.BROKEN);

  final String name;
  private final List<List<String>> calls = new ArrayList<>();
  private final Map<String, Answer> transactions = new HashMap<>();
  private final Map<String, Answer> canned = new LinkedHashMap<>();
  private @Nullable Serving serving =
      new Serving("20261120-101500-77aa02", Transcripts.V1, "v1", "r-seed", "deploy");
  private @Nullable Serving previous;

  /** By release. */
  private final Map<String, Origin> origins = new HashMap<>();

  private @Nullable String lock;
  private int releases;

  /** What its preflight tells of a release command. */
  @Nullable ObjectNode releaseCommand;

  /** The environment of the app, for the verbs that list and change it. */
  @Nullable FakeEnv env;

  /** What it holds beside the live release. */
  final FakeHold hold = new FakeHold();

  /** The number of events of a transaction or a run after which the connection breaks; 0: none. */
  int dropsAfter;

  /** Whether a transaction or a run sends no last event while it is followed. */
  boolean hangs;

  /** Called with each verb before it is answered. */
  Consumer<String> hears = verb -> {};

  /** Whether deploys are frozen there. */
  boolean frozen;

  FakeHost(String name) {
    this.name = name;
  }

  /** Sets the answer to a verb. */
  synchronized void answers(String verb, int exit, List<ObjectNode> events) {
    canned.put(verb, new Answer(exit, events));
  }

  /** Answers a verb as it did before. */
  synchronized void answersAsBefore(String verb) {
    canned.remove(verb);
  }

  /** The other holder of the lock of the app. */
  synchronized void lockedBySomebody() {
    answers("lock", 75, Transcripts.of("locked"));
  }

  synchronized Serving serving() {
    return Objects.requireNonNull(serving);
  }

  synchronized @Nullable String lock() {
    return lock;
  }

  /** All calls, without the name of the program and the form of the output. */
  synchronized List<String> asked() {
    return calls.stream().map(arguments -> String.join(" ", arguments)).toList();
  }

  synchronized List<String> verbs() {
    return calls.stream().map(List::getFirst).toList();
  }

  synchronized Answer call(List<String> arguments) {
    calls.add(arguments);
    String verb = arguments.getFirst();
    hears.accept(verb);
    Answer given = canned.get(verb);
    if (given != null) {
      return given;
    }
    Answer refused = hold.another(arguments);
    if (refused != null && Set.of("promote", "abandon").contains(verb)) {
      return refused;
    }
    return switch (verb) {
      case "preflight" -> preflight(arguments);
      case "pull" -> image("pull", "digest", option(arguments, "digest"));
      case "status" -> status();
      case "lock" -> lock(Objects.requireNonNull(option(arguments, "lock")));
      case "unlock" -> unlock(arguments);
      case "deploy" -> once(arguments, () -> deploy(arguments));
      case "rollback" -> once(arguments, () -> rollback(arguments));
      case "promote" ->
          hold.held() == null ? FakeHold.nothing() : once(arguments, () -> promote(arguments));
      case "abandon" -> once(arguments, () -> hold.abandon(serving(), rollout(arguments)));
      case "restart" -> once(arguments, () -> restart(arguments));
      case "attach" -> attach(arguments);
      case "version" -> new Answer(0, Transcripts.of("version"));
      default -> new Answer(64, Transcripts.of("usage-error"));
    };
  }

  static @Nullable String option(List<String> arguments, String name) {
    return arguments.stream()
        .filter(word -> word.startsWith("--" + name + "="))
        .map(word -> word.substring(name.length() + 3))
        .findFirst()
        .orElse(null);
  }

  private static Answer image(String transcript, String field, @Nullable String value) {
    List<ObjectNode> events = Transcripts.of(transcript);
    events.getLast().put(field, value);
    return new Answer(0, events);
  }

  private Answer preflight(List<String> arguments) {
    String tag = option(arguments, "tag");
    String digest = tag == null ? option(arguments, "digest") : TAGS.get(tag);
    if (tag != null && digest == null) {
      List<ObjectNode> missing = Transcripts.of("deploy-not-found");
      ObjectNode error = Transcripts.object().put("type", "error").put("exit", 66);
      error.set("error", missing.getLast().get("error"));
      return new Answer(66, List.of(error));
    }
    List<ObjectNode> events = Transcripts.of("preflight");
    ObjectNode last = events.getLast();
    last.put("digest", digest).put("tag", tag).put("present", false);
    last.put("standby", false); // PreparedCallsOpenSshTest has hosts that prepare calls
    last.set("serving", releaseJson(serving));
    last.set("release_command", releaseCommand);
    last.set("held", hold.json());
    if (frozen && option(arguments, "emergency") == null) {
      events.addFirst(
          Transcripts.object()
              .put("type", "check")
              .put("name", "freeze")
              .put("ok", false)
              .put("message", "deploys of blog are frozen until 2027-01-02T05:00:00Z: audit")
              .put("hint", "deploy with --emergency=REASON")
              .put("kind", "frozen"));
      last.put("ok", false).put("exit", 75);
      return new Answer(75, events);
    }
    if (lock != null) {
      for (ObjectNode event : events) {
        if (event.path("name").asText().equals("lock")) {
          event.put("ok", false).put("message", "alice holds it").put("kind", "locked");
        }
      }
      last.put("ok", false).put("exit", 75);
      last.set("lock", Transcripts.object().put("holder", "alice").put("lock", lock));
      return new Answer(75, events);
    }
    return new Answer(0, events);
  }

  private static @Nullable ObjectNode releaseJson(@Nullable Serving release) {
    return release == null
        ? null
        : Transcripts.object()
            .put("release", release.release())
            .put("digest", release.digest())
            .put("tag", release.tag())
            .put("since", "2026-11-23T05:59:31.252Z")
            .put("by", "deploy")
            .put("rollout", release.rollout())
            .put("verb", release.verb())
            .put("healthy", true);
  }

  private Answer status() {
    List<ObjectNode> events = Transcripts.of("status");
    events.getFirst().set("serving", releaseJson(serving));
    events.getFirst().set("previous", releaseJson(previous));
    events.getFirst().set("held", hold.json());
    Serving now = serving;
    Origin origin = now == null ? null : origins.get(now.release());
    if (origin != null) {
      ObjectNode deployed =
          Transcripts.object()
              .put("rollout", origin.rollout())
              .put("by", "deploy")
              .put("since", "2026-11-23T05:59:31.252Z");
      deployed.set("before", releaseJson(origin.before()));
      events.getFirst().set("deployed", deployed);
    }
    return new Answer(0, events);
  }

  private Answer lock(String id) {
    if (lock != null && !lock.equals(id)) {
      return new Answer(75, Transcripts.of("locked"));
    }
    lock = id;
    return new Answer(0, List.of(lockEvent("lock.taken", id)));
  }

  private Answer unlock(List<String> arguments) {
    String id = Objects.requireNonNullElse(option(arguments, "lock"), "l-forced");
    if (id.equals(lock) || arguments.contains("--force")) {
      lock = null;
    }
    return new Answer(0, List.of(lockEvent("lock.released", id)));
  }

  private static ObjectNode lockEvent(String type, String id) {
    return Transcripts.object()
        .put("v", 1)
        .put("seq", 1)
        .put("type", type)
        .put("app", "blog")
        .put("lock", id)
        .put("holder", "alice");
  }

  private interface Transaction {
    Answer run();
  }

  /** A second call with the same id attaches to the transaction. */
  private Answer once(List<String> arguments, Transaction transaction) {
    String id = Objects.requireNonNull(option(arguments, "rollout"));
    Answer known = transactions.get(id);
    if (known == null) {
      known = transaction.run();
      transactions.put(id, known);
    }
    return known;
  }

  private Answer deploy(List<String> arguments) {
    String digest = Objects.requireNonNull(option(arguments, "digest"));
    String tag = option(arguments, "from-tag");
    if (digest.equals(Transcripts.BROKEN)) {
      Serving now = Objects.requireNonNull(serving);
      List<ObjectNode> events = own("deploy-refused-unhealthy", arguments, now, now.release());
      return new Answer(73, events);
    }
    if (hold.held() != null && !arguments.contains("--force")) {
      return hold.refusal();
    }
    if (option(arguments, "hold") != null) {
      FakeHold.Held starts = new FakeHold.Held(release(), digest, tag, rollout(arguments));
      Serving starting = new Serving(starts.release(), digest, tag, starts.rollout(), "deploy");
      return hold.hold(
          own("deploy-socket-second", arguments, starting, name(serving)),
          starts,
          serving(),
          Objects.requireNonNull(option(arguments, "preview")));
    }
    return goLive(arguments, digest, tag, "deploy");
  }

  private Answer promote(List<String> arguments) {
    FakeHold.Held held = Objects.requireNonNull(hold.held());
    hold.set(null);
    return goLive(arguments, held.digest(), held.tag(), "promote");
  }

  private Answer goLive(List<String> arguments, String digest, @Nullable String tag, String verb) {
    Serving old = serving;
    serving = new Serving(release(), digest, tag, rollout(arguments), verb);
    origins.put(serving.release(), new Origin(serving.rollout(), old));
    previous = old;
    return new Answer(0, own("deploy-socket-second", arguments, serving, name(old)));
  }

  private Answer restart(List<String> arguments) {
    Serving now = Objects.requireNonNull(serving);
    previous = now;
    serving = new Serving(release(), now.digest(), now.tag(), rollout(arguments), "restart");
    Origin origin = origins.get(now.release());
    if (origin != null) {
      origins.put(serving.release(), origin);
    }
    return new Answer(0, own("restart", arguments, serving, now.release()));
  }

  private Answer rollback(List<String> arguments) {
    Serving now = Objects.requireNonNull(serving);
    String undo = Objects.requireNonNullElse(option(arguments, "undo"), "");
    Origin origin = origins.get(now.release());
    Origin brought = origin != null && origin.rollout().equals(undo) ? origin : null;
    Serving back = brought != null ? brought.before() : previous;
    if (!(brought != null || now.rollout().equals(undo)) || back == null) {
      return new Answer(0, own("deploy-unchanged", arguments, now, now.release()));
    }
    serving =
        new Serving(back.release(), back.digest(), back.tag(), rollout(arguments), "rollback");
    previous = now;
    return new Answer(0, own("rollback", arguments, serving, now.release()));
  }

  private static String rollout(List<String> arguments) {
    return Objects.requireNonNull(option(arguments, "rollout"));
  }

  private static @Nullable String name(@Nullable Serving release) {
    return release == null ? null : release.release();
  }

  private String release() {
    return "20261123-0601%02d-%06x".formatted(++releases, releases);
  }

  /** Returns a recorded transcript as output of this host. */
  private static List<ObjectNode> own(
      String transcript, List<String> arguments, Serving serves, @Nullable String replaces) {
    List<ObjectNode> events = Transcripts.of(transcript);
    boolean fails = events.getLast().get("exit").asInt() != 0;
    for (ObjectNode event : events) {
      switch (event.get("type").asText()) {
        case "deploy.started" -> {
          event.put("rollout", rollout(arguments)).put("replaces", replaces);
          if (!fails) {
            event.put("release", serves.release()).put("digest", serves.digest());
          }
        }
        case "image.resolved" -> {
          if (!fails) {
            event.put("digest", serves.digest()).put("tag", serves.tag());
          }
        }
        case "deploy.finished" ->
            event
                .put("serving", serves.release())
                .put("digest", serves.digest())
                .put("tag", serves.tag());
        default -> {}
      }
    }
    return events;
  }

  private Answer attach(List<String> arguments) {
    Answer known = transactions.get(rollout(arguments));
    if (known == null) {
      return new Answer(66, Transcripts.of("unknown-app"));
    }
    long from = Long.parseLong(Objects.requireNonNullElse(option(arguments, "from"), "1"));
    return new Answer(
        known.exit(),
        known.events().stream().filter(event -> event.get("seq").asLong() >= from).toList());
  }
}
