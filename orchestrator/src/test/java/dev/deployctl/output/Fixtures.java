package dev.deployctl.output;

import dev.deployctl.event.EnvChange;
import dev.deployctl.event.HeldRelease;
import dev.deployctl.event.HostError;
import dev.deployctl.event.Preview;
import dev.deployctl.model.Amount;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.model.ImageRef;
import dev.deployctl.model.OnFailure;
import dev.deployctl.model.ReleaseId;
import dev.deployctl.model.RolloutId;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.ZoneOrder;
import dev.deployctl.rollout.outcome.HostOutcome;
import dev.deployctl.rollout.outcome.Release;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import dev.deployctl.rollout.outcome.RolloutOutcome.Ending;
import dev.deployctl.rollout.outcome.RolloutPlan;
import dev.deployctl.rollout.outcome.RolloutPlan.Batch;
import dev.deployctl.rollout.outcome.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hosts, releases, plans and outcomes for tests of the output. */
public final class Fixtures {
  public static final App BLOG = new App("blog");
  static final RolloutId ROLLOUT = new RolloutId("r-7k2m4qxz");
  public static final String ID_1 = "20261120-101500-77aa02";
  public static final String ID_2 = "20261123-030405-3f9ac1";
  static final String DIGEST_1 = "sha256:" + "77aa02c4".repeat(8);
  public static final String DIGEST_2 = "sha256:" + "9b2e41c0".repeat(8);
  public static final Release V1 = release(ID_1, DIGEST_1, "v1");
  public static final Release V2 = release(ID_2, DIGEST_2, "v2");

  private Fixtures() {}

  private static Release release(String id, String digest, String tag) {
    return new Release(new ReleaseId(id), new ImageRef.Digest(digest), new ImageRef.Tag(tag));
  }

  static Host host(String name, String zone) {
    return new Host("i-" + name, name, "10.0.1.1", zone, Map.of());
  }

  public static List<Host> hosts(int number) {
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      String zone = i % 2 == 0 ? "a" : "c";
      String name =
          number < 10 ? "web-" + zone + (i / 2 + 1) : String.format("web-%s%03d", zone, i / 2 + 1);
      hosts.add(host(name, zone));
    }
    return hosts;
  }

  static RolloutSettings settings(OnFailure onFailure) {
    return new RolloutSettings(
        new Amount.Count(1),
        List.of(new Amount.Percent(25)),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        new Amount.Count(1),
        new Amount.Count(0),
        onFailure,
        32,
        ZoneOrder.SPREAD);
  }

  /** One canary, then a quarter at a time. */
  public static RolloutPlan plan(int number) {
    List<Host> hosts = hosts(number);
    List<Batch> batches = new ArrayList<>();
    batches.add(new Batch(hosts.subList(0, 1), true));
    int size = Math.max(1, number / 4);
    for (int i = 1; i < number; i += size) {
      batches.add(new Batch(hosts.subList(i, Math.min(number, i + size)), false));
    }
    return plan(batches, serving(hosts, V1), OnFailure.STOP);
  }

  public static RolloutPlan plan(
      List<Batch> batches, Map<String, Release> serving, OnFailure onFailure) {
    return new RolloutPlan(
        BLOG,
        V2,
        new ImageRef.Digest(DIGEST_2),
        batches,
        List.of(),
        List.of(),
        serving,
        new EnvChange(List.of("FEATURE_X"), List.of(), List.of("DATABASE_URL")),
        settings(onFailure),
        1,
        0,
        Duration.ofSeconds(100),
        List.of());
  }

  public static Map<String, Release> serving(List<Host> hosts, Release release) {
    Map<String, Release> serving = new LinkedHashMap<>();
    hosts.forEach(host -> serving.put(host.id(), release));
    return serving;
  }

  public static HostError neverHealthy() {
    return new HostError(
        "release-failed",
        "never healthy in 60 s",
        null,
        null,
        new HostError.Verdict(
            "GET /healthz over socket: 500 in 12 ms",
            "running, 0 restarts, not out of memory",
            List.of("booting", "\u001b[31mERROR\u001b[0m missing migration 20261101")));
  }

  /** The way to a held release. */
  public static Preview preview() {
    return new Preview(
        "X-Deployctl-Preview",
        "deployctl_preview",
        "0123456789abcdef0123456789abcdef",
        "https://blog.example.com/");
  }

  /** A release that a host holds. */
  public static HeldRelease held() {
    return new HeldRelease(
        ID_2,
        DIGEST_2,
        "v2",
        "r-7k2m",
        "2026-11-23T03:04:05.000Z",
        "2026-11-23T04:04:05.000Z",
        "alice");
  }

  public static HostOutcome.Held held(Host host) {
    return new HostOutcome.Held(
        host, V1, V2, "2026-11-23T04:04:05.000Z", preview(), Duration.ofMillis(4200), List.of());
  }

  public static HostOutcome.Updated updated(Host host) {
    return new HostOutcome.Updated(host, V1, V2, Duration.ofMillis(9120), 0, List.of(), null);
  }

  public static HostOutcome.Failed failed(Host host) {
    return new HostOutcome.Failed(
        host, V1, V2, new Step("health"), neverHealthy(), false, Duration.ofSeconds(62));
  }

  public static HostOutcome.Untouched untouched(Host host) {
    return new HostOutcome.Untouched(host, V1);
  }

  public static RolloutOutcome outcome(
      Ending ending, @Nullable Release wanted, List<HostOutcome> hosts) {
    return new RolloutOutcome(
        ROLLOUT, BLOG, ending, wanted, hosts, 0, Duration.ofSeconds(91), List.of());
  }
}
