package dev.deployctl.inventory;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hosts of earlier answers of EC2, which shell completion uses. */
final class SeenHostsTest {
  private static final TagQuery BLOG = query("App", "blog");
  private static final InventorySettings.Ec2 IRELAND =
      InventorySettings.Ec2.inRegions(List.of("eu-west-1"));

  @TempDir private Path home;

  private SeenHosts seen(Map<String, String> variables) {
    return SeenHosts.of(IRELAND, variables, () -> home);
  }

  private static Host host(String name) {
    return new Host(
        "i-" + name,
        name,
        "10.0.0.1",
        "eu-west-1a",
        Map.of("Role", new LinkedHashSet<>(List.of("web", "app"))));
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(".cache/deployctl/hosts"))) {
      return files.toList();
    }
  }

  @Test
  void aQueryFindsWhatItFoundBeforeAndNoQueryFindsAll() {
    SeenHosts seen = seen(Map.of());
    seen.keep(BLOG, List.of(host("web-1"), host("web-2")));
    seen.keep(query("App", "shop"), List.of(host("shop-1"), host("web-1")));

    assertThat(seen.hosts(BLOG)).extracting(Host::name).containsExactly("web-1", "web-2");
    assertThat(seen.hosts(BLOG).getFirst().zone()).isEqualTo("eu-west-1a");
    assertThat(seen.hosts(BLOG).getFirst().tags().get("Role")).containsExactly("web", "app");
    assertThat(seen.hosts(null)).extracting(Host::name).containsExactly("shop-1", "web-1", "web-2");
    assertThat(seen.hosts(query("App", "other"))).isEmpty();
    seen.keep(BLOG, List.of());
    assertThat(seen.hosts(BLOG)).as("none is an answer as well").isEmpty();
  }

  @Test
  void anotherAccountRegionOrEndpointIsAnotherInventory() {
    seen(Map.of("AWS_PROFILE", "production")).keep(BLOG, List.of(host("web-1")));

    assertThat(seen(Map.of("AWS_PROFILE", "production")).hosts(BLOG)).hasSize(1);
    assertThat(seen(Map.of("AWS_PROFILE", "staging")).hosts(BLOG)).isEmpty();
    assertThat(seen(Map.of("AWS_PROFILE", "staging")).hosts(null)).isEmpty();
    InventorySettings.Ec2 tokyo = InventorySettings.Ec2.inRegions(List.of("ap-northeast-1"));
    Map<String, String> same = Map.of("AWS_PROFILE", "production");
    assertThat(SeenHosts.of(tokyo, same, () -> home).hosts(BLOG)).isEmpty();
  }

  @Test
  void onlyItsOwnerReadsItAndAddressesAreNotInIt() throws IOException {
    seen(Map.of()).keep(BLOG, List.of(host("web-1")));
    seen(Map.of()).keep(BLOG, List.of(host("web-2")));

    assertThat(kept()).hasSize(1);
    Path file = kept().getFirst();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    assertThat(file).content().contains("web-2").doesNotContain("10.0.0.1");
  }

  @Test
  void whatIsOlderThanAWeekIsNotOfferedAndGoesWithTheNextAnswer() throws IOException {
    SeenHosts seen = seen(Map.of());
    seen.keep(BLOG, List.of(host("web-1")));
    Path file = kept().getFirst();
    Files.setLastModifiedTime(file, age(Duration.ofDays(6)));
    assertThat(seen.hosts(BLOG)).hasSize(1);
    Files.setLastModifiedTime(file, age(Duration.ofDays(8)));

    assertThat(seen.hosts(BLOG)).isEmpty();
    assertThat(seen.hosts(null)).isEmpty();
    seen.keep(query("App", "shop"), List.of());
    assertThat(kept()).hasSize(1).doesNotContain(file);
  }

  private static FileTime age(Duration age) {
    return FileTime.from(Instant.now().minus(age));
  }

  @Test
  void thatNothingCanBeKeptIsNobodysError() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "");
    SeenHosts nowhere = seen(Map.of("XDG_CACHE_HOME", file.toString()));
    nowhere.keep(BLOG, List.of(host("web-1")));

    assertThat(nowhere.hosts(BLOG)).isEmpty();
    assertThat(nowhere.hosts(null)).isEmpty();
  }

  @Test
  void whatIsThereAndMakesNoSenseIsNotOffered() throws IOException {
    SeenHosts seen = seen(Map.of());
    seen.keep(BLOG, List.of(host("web-1")));
    for (String text : List.of("", "[{\"name\":", "\u0000", "[1, {}, \"x\"]", "{}", "null")) {
      Files.writeString(kept().getFirst(), text);
      assertThat(seen.hosts(BLOG)).as(text).extracting(Host::name).allMatch(String::isEmpty);
    }
  }

  @Test
  void aRelativeCacheDirectoryIsNone() throws IOException {
    seen(Map.of("XDG_CACHE_HOME", "relative")).keep(BLOG, List.of(host("web-1")));

    assertThat(kept()).hasSize(1);
  }
}
