package dev.deployctl.event;

import dev.deployctl.event.HostEvent.Serving;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what several events have in common: releases, locks, errors. */
final class Parts {
  private Parts() {}

  static @Nullable Serving serving(@Nullable Fields f) {
    return f == null
        ? null
        : new Serving(
            f.text("release"),
            f.text("digest"),
            f.text("tag"),
            f.text("since"),
            f.text("by"),
            f.text("rollout"),
            f.text("verb"),
            f.flag("healthy", false));
  }

  static HostEvent.@Nullable Deployed deployed(@Nullable Fields f) {
    String rollout = f == null ? null : f.text("rollout");
    return f == null || rollout == null
        ? null
        : new HostEvent.Deployed(
            rollout, f.text("by"), f.text("since"), serving(f.object("before")));
  }

  static @Nullable LockHolder holder(@Nullable Fields f) {
    return f == null
        ? null
        : new LockHolder(
            f.text("holder"),
            f.text("since"),
            f.text("reason"),
            f.text("step"),
            f.text("rollout"),
            f.text("lock"),
            f.text("expires"));
  }

  static @Nullable HostError optionalError(Fields f) {
    return f.object("error") == null ? null : error(f);
  }

  static HostError error(Fields f) {
    Fields error = f.object("error");
    if (error == null) {
      return new HostError("internal", "the host gave no reason", null, null, null);
    }
    return new HostError(
        error.text("kind", "internal"),
        error.text("message", "the host gave no reason"),
        error.text("state"),
        error.text("hint"),
        verdict(error.object("verdict")));
  }

  private static HostError.@Nullable Verdict verdict(@Nullable Fields f) {
    return f == null
        ? null
        : new HostError.Verdict(
            f.text("probe"), container(f.object("container")), f.texts("lines"));
  }

  private static @Nullable String container(@Nullable Fields f) {
    if (f == null) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    parts.add(f.text("state", "unknown"));
    if (f.node().hasNonNull("exit_code") && !"running".equals(f.text("state"))) {
      parts.add("exit code " + f.integer("exit_code", 0));
    }
    parts.add(f.integer("restarts", 0) + " restarts");
    parts.add(f.flag("oom_killed", false) ? "out of memory" : "not out of memory");
    return String.join(", ", parts);
  }
}
