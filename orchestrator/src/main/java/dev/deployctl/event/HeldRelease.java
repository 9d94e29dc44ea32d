package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/**
 * A release that runs on a host beside the live one and gets no requests, until it is promoted or
 * abandoned.
 *
 * @param rollout the rollout that started it
 * @param until when the host abandons it by itself
 */
public record HeldRelease(
    @WhenAbsent("?") String release,
    @Nullable String digest,
    @Nullable String tag,
    @Nullable String rollout,
    @Nullable String since,
    @Nullable String until,
    @Nullable String by) {}
