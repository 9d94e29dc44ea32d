package dev.deployctl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The release that a host holds beside its live one, as the host script's contract has it. */
final class FakeHold {
  static final String UNTIL = "2026-11-23T07:00:00.000Z";

  /** What is held: the release, and the rollout that started it. */
  record Held(String release, String digest, @Nullable String tag, String rollout) {}

  private @Nullable Held held;

  /** Whether the definition of the app has a preview. */
  boolean preview = true;

  @Nullable Held held() {
    return held;
  }

  void set(@Nullable Held now) {
    held = now;
  }

  /** Returns the field of a status and of a preflight. */
  @Nullable ObjectNode json() {
    Held now = held;
    return now == null
        ? null
        : Transcripts.object()
            .put("release", now.release())
            .put("digest", now.digest())
            .put("tag", now.tag())
            .put("rollout", now.rollout())
            .put("since", "2026-11-23T06:00:00.000Z")
            .put("until", UNTIL)
            .put("by", "alice");
  }

  /** Holds a release; the events are those of a deploy up to its switch. */
  FakeHost.Answer hold(List<ObjectNode> deploy, Held starts, FakeHost.Serving live, String token) {
    List<ObjectNode> events = new ArrayList<>();
    for (ObjectNode event : deploy) {
      if (event.path("step").asText().equals("switch")) {
        break;
      }
      events.add(event);
    }
    held = starts;
    ObjectNode told = event("release.held", events.size() + 1);
    told.put("release", starts.release())
        .put("digest", starts.digest())
        .put("tag", starts.tag())
        .put("rollout", starts.rollout())
        .put("until", UNTIL);
    ObjectNode way =
        Transcripts.object()
            .put("header", "X-Deployctl-Preview")
            .put("cookie", "deployctl_preview")
            .put("token", token)
            .put("url", "https://blog.example.com/");
    told.set("preview", preview ? way : null);
    events.add(told);
    ObjectNode last = Objects.requireNonNull(deploy.getLast()).deepCopy();
    last.put("seq", events.size() + 1)
        .put("outcome", "held")
        .put("changed", false)
        .put("serving", live.release())
        .put("digest", live.digest())
        .put("tag", live.tag())
        .put("held", starts.release());
    events.add(last);
    return new FakeHost.Answer(0, events);
  }

  /** Refuses: a release is held already. */
  FakeHost.Answer refusal() {
    return error(75, "held", "v2 of blog is held by alice until " + UNTIL);
  }

  /** Refuses: nothing is held. */
  static FakeHost.Answer nothing() {
    return error(66, "not-found", "no release of blog is held on this host");
  }

  /** Returns the refusal of a call that means another release than the held one, else null. */
  FakeHost.@Nullable Answer another(List<String> arguments) {
    String meant = FakeHost.option(arguments, "release");
    Held now = held;
    return now == null || meant == null || meant.equals(now.release())
        ? null
        : error(
            66,
            "not-found",
            "release " + meant + " of blog is not held on this host, but " + now.release());
  }

  /** Removes what is held. */
  FakeHost.Answer abandon(FakeHost.Serving live, String rollout) {
    boolean was = held != null;
    held = null;
    ObjectNode first = event("deploy.started", 1).put("verb", "abandon").put("rollout", rollout);
    ObjectNode last =
        event("deploy.finished", 2)
            .put("verb", "abandon")
            .put("outcome", was ? "succeeded" : "unchanged")
            .put("exit", 0)
            .put("serving", live.release())
            .put("changed", false);
    return new FakeHost.Answer(0, List.of(first, last));
  }

  private static FakeHost.Answer error(int exit, String kind, String message) {
    ObjectNode error = event("error", 1).put("exit", exit);
    error.set("error", Transcripts.object().put("kind", kind).put("message", message));
    return new FakeHost.Answer(exit, List.of(error));
  }

  private static ObjectNode event(String type, int seq) {
    return Transcripts.object().put("v", 1).put("seq", seq).put("type", type).put("app", "blog");
  }
}
