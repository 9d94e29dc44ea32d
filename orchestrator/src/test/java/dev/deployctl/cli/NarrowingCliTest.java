package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selection of some hosts of an app: by name, by zone, by tag. */
final class NarrowingCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void hosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "db-1");
    fixture.write(
        "hosts.yml",
        """
        hosts:
          - { name: web-1, zone: a, tags: { App: blog, Role: web, Ring: one } }
          - { name: web-2, zone: c, tags: { App: blog, Role: [web, cron], Ring: two } }
          - { name: db-1, zone: a, tags: { App: blog, Role: db } }
          - { name: shop-1, zone: a, tags: { App: shop, Role: web } }
        """);
  }

  private String hosts(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "hosts";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CliFixture.Finished finished = fixture.run(all);
    assertThat(finished.exit()).as(finished.err()).isZero();
    return finished.out();
  }

  @Test
  void byATag() {
    assertThat(hosts("blog", "--host-tag", "Role=web"))
        .contains("web-1", "web-2")
        .doesNotContain("db-1", "shop-1");
    assertThat(hosts("blog", "--host-tag=Role=db,cron"))
        .contains("db-1", "web-2")
        .doesNotContain("web-1");
    assertThat(hosts("blog", "--host-tag=Role=web", "--host-tag=Ring=o*"))
        .as("both keys")
        .contains("web-1")
        .doesNotContain("web-2");
    assertThat(hosts("blog", "--host-tag=Role=db", "--host-tag=Role=cron"))
        .as("one key twice")
        .contains("db-1", "web-2");
    assertThat(hosts("blog", "--zone=a", "--host-tag=Role=web")).doesNotContain("web-2", "db-1");
  }

  @Test
  void allHostsAreNarrowedAsThoseOfAnAppAre() {
    assertThat(hosts("--host-tag", "Role=web")).contains("shop-1", "web-2").doesNotContain("db-1");
    assertThat(hosts("--zone", "c")).contains("web-2").doesNotContain("web-1");
    assertThat(hosts("--hosts", "db-1")).doesNotContain("web-1");
    assertThat(fixture.run("hosts", "--hosts", "db-9").err())
        .contains("not a host of the inventory: 'db-9'");
  }

  @Test
  void nearMissesAreNarrowedToo() {
    assertThat(hosts("blog", "--explain")).contains("web-1", "db-1", "shop-1");
    assertThat(hosts("blog", "--explain", "--hosts", "shop-1,web-2"))
        .contains("shop-1", "App", "web-2")
        .doesNotContain("web-1", "db-1");
    assertThat(hosts("blog", "--explain", "--host-tag", "Role=web", "--zone=a"))
        .contains("shop-1", "web-1")
        .doesNotContain("web-2", "db-1");
  }

  @Test
  void aRolloutTouchesNoOtherHost() {
    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag", "v2", "--yes", "--host-tag", "Ring=two");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(fixture.host("web-2").verbs()).contains("deploy");
    assertThat(fixture.host("web-1").asked()).isEmpty();
    assertThat(fixture.host("db-1").asked()).isEmpty();
    assertThat(finished.out())
        .as("the way back is no wider")
        .contains("deployctl rollback blog --host-tag Ring=two");
  }

  @Test
  void aTagThatNoHostHasIsAnErrorThatNamesTheValuesThereAre() {
    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag=v2", "--host-tag=Role=wbe");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.err())
        .contains("none of these hosts has Role=wbe: db-1, web-1, web-2", "Role: db, web, cron");
    assertThat(fixture.run("plan", "blog", "--tag=v2", "--host-tag=Rolle=web").err())
        .contains("none of these hosts has Rolle=web", "Rolle: none");
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }

  @Test
  void theWayOnIsNoWider() {
    fixture.host("web-1").lockedBySomebody();

    CliFixture.Finished finished =
        fixture.run("rollout", "blog", "--tag=v2", "--yes", "--zone=a", "--host-tag=Role=w*");

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.out())
        .contains("deployctl rollout blog --zone a --host-tag 'Role=w*' --tag v2");
  }

  @Test
  void whatIsNoTagIsAnErrorAndNotAllHosts() {
    for (String wrong :
        new String[] {"", "=", "Role", "Role=", "=web", "Role=web,", "Role=web,,x"}) {
      CliFixture.Finished finished = fixture.run("plan", "blog", "--tag=v2", "--host-tag=" + wrong);
      assertThat(finished.exit()).as(wrong).isEqualTo(2);
      assertThat(finished.err()).contains("KEY=VALUE");
    }
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }
}
