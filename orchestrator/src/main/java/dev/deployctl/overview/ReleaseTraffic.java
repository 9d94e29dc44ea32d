package dev.deployctl.overview;

import dev.deployctl.event.HostValues.Requests;
import dev.deployctl.event.InspectionEvents.TrafficRelease;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one release over the hosts that it was live on. Releases of one image count as
 * one.
 *
 * @param parts its times, in the order of the hosts; a release can be live on a host twice
 */
public record ReleaseTraffic(Release release, List<Part> parts) {
  public ReleaseTraffic {
    parts = List.copyOf(parts);
  }

  /**
   * A time in which the release was live on a host.
   *
   * @param since its begin, corrected by the offset of the host's clock
   * @param requests null where they are not known
   * @param unknown the reason why {@code requests} is null
   */
  public record Part(
      Host host, String since, @Nullable Requests requests, @Nullable String unknown) {}

  /** Returns the releases that hosts told of, the newest of the first host at the top. */
  public static List<ReleaseTraffic> of(List<HostResult> answers) {
    Map<String, Release> releases = new LinkedHashMap<>();
    Map<String, List<Part>> parts = new LinkedHashMap<>();
    for (HostResult answer : answers) {
      if (answer instanceof HostResult.Answered done) {
        for (TrafficRelease told : done.events(TrafficRelease.class)) {
          Release release = Release.of(told);
          String image = image(release);
          releases.putIfAbsent(image, release);
          parts.computeIfAbsent(image, _ -> new ArrayList<>()).add(part(done, told));
        }
      }
    }
    List<ReleaseTraffic> all = new ArrayList<>();
    releases.forEach(
        (image, release) ->
            all.add(new ReleaseTraffic(release, Objects.requireNonNull(parts.get(image)))));
    return all;
  }

  private static Part part(HostResult.Answered host, TrafficRelease told) {
    return new Part(
        host.host(), host.clock().corrected(told.since()), told.requests(), told.unknown());
  }

  private static String image(Release release) {
    return release.digest() == null ? String.valueOf(release.id()) : release.digest().value();
  }

  private List<Part> known() {
    return parts.stream().filter(part -> part.requests() != null).toList();
  }

  /** Returns the hosts whose requests are known. */
  public List<Host> hosts() {
    return known().stream().map(Part::host).distinct().toList();
  }

  /** Returns the requests of all hosts that know of them. */
  public long requests() {
    return parts.stream()
        .map(Part::requests)
        .mapToLong(one -> one == null ? 0 : one.requests())
        .sum();
  }

  /** Returns those of them that were answered with 5xx. */
  public long errors() {
    return parts.stream()
        .map(Part::requests)
        .mapToLong(one -> one == null ? 0 : one.errors())
        .sum();
  }

  /** Returns the part with the highest 95th percentile; null without requests. */
  public @Nullable Part slowest() {
    Part slowest = null;
    long highest = -1;
    for (Part part : parts) {
      Long p95 = part.requests() == null ? null : part.requests().p95();
      if (p95 != null && p95 > highest) {
        slowest = part;
        highest = p95;
      }
    }
    return slowest;
  }
}
