package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/** The holder of the lock of an app. */
public record LockHolder(
    @Nullable String holder,
    @Nullable String since,
    @Nullable String reason,
    @Nullable String step,
    @Nullable String rollout,
    @Nullable String lock,
    @Nullable String expires) {}
