package dev.deployctl.cli.options;

import dev.deployctl.model.TagQuery;
import dev.deployctl.placement.MemorySize;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is placed, and where it may be. */
public final class PlacementOptions {
  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Place so many containers (default: as many as its live releases have).")
  public @Nullable Integer count;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "Reserve so much for each, such as 512m (default: the largest limit of its containers).")
  public @Nullable MemorySize memory;

  @Option(
      names = "--spread",
      paramLabel = "TAG",
      description = "Spread them evenly over the values of this tag; zone: over the zones.")
  public @Nullable String spread;

  @Option(
      names = "--where",
      paramLabel = "KEY=VALUE",
      description = "Consider hosts with this tag in place of the app's hosts; repeatable.")
  @Nullable List<HostTag> tags;

  /** Returns the hosts that are considered, or null for the app's own. */
  public @Nullable TagQuery where() {
    return tags == null ? null : HostTag.query(tags);
  }
}
