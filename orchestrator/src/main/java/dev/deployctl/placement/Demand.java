package dev.deployctl.placement;

import dev.deployctl.model.App;
import org.jspecify.annotations.Nullable;

/**
 * The containers to place.
 *
 * @param count how many, at least one
 * @param memory the memory that is reserved for each
 * @param spread the tag by whose values they are spread evenly, {@code zone} for the availability
 *     zone, or null to spread them over hosts alone
 */
public record Demand(App app, int count, MemorySize memory, @Nullable String spread) {}
