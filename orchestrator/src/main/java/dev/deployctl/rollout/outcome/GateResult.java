package dev.deployctl.rollout.outcome;

import java.time.Duration;

/**
 * The result of a gate.
 *
 * @param name what people call it
 * @param kind what was asked, in the word of the configuration, such as {@code command}
 * @param after what it followed, such as {@code canary} or {@code batch 2}
 * @param passed whether the rollout was allowed to go on
 * @param message what the gate said, one sentence
 */
public record GateResult(
    String name, String kind, String after, boolean passed, String message, Duration took) {}
