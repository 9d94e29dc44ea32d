package dev.deployctl.output.report;

import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The live releases with their hosts, the most common first. Releases of one image count as one.
 */
public final class ReleasesByHost {
  private final List<Part> parts;
  private final int hosts;

  record Part(@Nullable Release release, List<Host> hosts) {}

  private ReleasesByHost(List<Part> parts, int hosts) {
    this.parts = parts;
    this.hosts = hosts;
  }

  public static ReleasesByHost of(List<Host> hosts, Map<String, Release> serving) {
    Map<String, Part> groups = new LinkedHashMap<>();
    for (Host host : hosts) {
      Release release = serving.get(host.id());
      groups
          .computeIfAbsent(key(release), _ -> new Part(release, new ArrayList<>()))
          .hosts()
          .add(host);
    }
    List<Part> parts = new ArrayList<>(groups.values());
    parts.sort((a, b) -> Integer.compare(b.hosts().size(), a.hosts().size()));
    return new ReleasesByHost(parts, hosts.size());
  }

  /** Returns the number of releases; hosts without a live release have none. */
  public long releases() {
    return parts.stream().filter(part -> part.release() != null).count();
  }

  public boolean mixed() {
    return parts.size() > 1;
  }

  /** Returns the release that is live on most hosts, null where that is none. */
  public @Nullable Release only() {
    return parts.isEmpty() ? null : parts.getFirst().release();
  }

  /** Says whether a release is another than the one on most hosts. */
  public boolean odd(@Nullable Release release) {
    return mixed() && !key(release).equals(key(only()));
  }

  /** {@code v2 on web-a1}, {@code v1 on 5 hosts}. */
  public List<String> parts(HostNames names) {
    return parts.stream()
        .map(part -> Wording.release(part.release()) + " on " + names.of(part.hosts()))
        .toList();
  }

  /** {@code v2 on web-a1; v1 on the other 5}. */
  public String sentence(HostNames names) {
    List<Part> fewestFirst = new ArrayList<>(parts.reversed());
    List<String> texts = new ArrayList<>();
    int named = 0;
    for (Part part : fewestFirst) {
      boolean last = named + part.hosts().size() == hosts;
      boolean others = last && parts.size() > 1 && part.hosts().size() > 1;
      String where = others ? "the other " + part.hosts().size() : names.of(part.hosts());
      texts.add(Wording.label(part.release()) + " on " + where);
      named += part.hosts().size();
    }
    return String.join("; ", texts);
  }

  private static String key(@Nullable Release release) {
    if (release == null) {
      return "";
    }
    return release.digest() == null
        ? "id " + release.id() + release.tag()
        : release.digest().value();
  }
}
