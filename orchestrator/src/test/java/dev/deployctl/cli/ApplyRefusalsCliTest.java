package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** apply: wrong files, hosts that refuse or do not answer, and two operators at once. */
final class ApplyRefusalsCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;
  private ApplyHosts hosts;

  @BeforeEach
  void twoHostsOfBlogAndOneOfShop() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "shop-1");
    hosts = new ApplyHosts(fixture);
  }

  private FakeApply host(String name) {
    return hosts.of(name);
  }

  private void nothingIsChanged() {
    for (FakeHost host : fixture.hosts()) {
      assertThat(host(host.name).files).as(host.name).isEmpty();
    }
  }

  @Test
  void aMistakeThatOneHostFindsChangesNoHost() {
    String mistakes = "apps/blog.conf:2: app.instances: '17'\nenv/blog.env: line 3: no name";
    host("web-1").mistakes = mistakes;
    host("web-2").mistakes = mistakes;

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .containsOnlyOnce("     apps/blog.conf:2: app.instances: '17'\n")
        .contains("✗ web-1, web-2\n", "     env/blog.env: line 3: no name\n")
        .contains("Nothing was changed on any host.")
        .doesNotContain("✓");
    nothingIsChanged();
    assertThat(hosts.apply("--check").exit()).isEqualTo(1);
  }

  @Test
  void anUnreachableHostIsNamedAndTheOthersAreDone() throws Exception {
    fixture.server("web-2").close();

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).isEqualTo(5);
    assertThat(finished.out()).contains("✗ web-2", "✓ web-1", "✓ shop-1");
    assertThat(host("web-1").files).isNotEmpty();
    assertThat(hosts.apply("--check").exit()).isEqualTo(5);
    assertThat(hosts.apply("--yes").out()).doesNotContain("✓");
  }

  @Test
  void aHostWhoseFilesWereChangedSinceTheCheckIsLeftAlone() {
    FakeApply raced = host("web-2");
    raced.afterCheck = () -> raced.files.put("host.conf", "[docker]\ntimeout = 20s\n");

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).isEqualTo(4);
    assertThat(finished.out())
        .contains("✗ web-2  the files were changed since the check, by bob@desk", "✓ web-1");
    assertThat(raced.files).containsOnlyKeys("host.conf");
    assertThat(host("web-1").files).containsKey("apps/blog.conf");
  }

  @Test
  void aUserWhoMayNotBecomeRootIsToldSo() throws Exception {
    try (CliFixture other =
        new CliFixture(Files.createDirectory(directory.resolve("other")), "web-9")) {
      other.write(
          "deployctl.yml",
          "inventory: { file: hosts.yml }\n"
              + "apps: { blog: { hosts: { App: blog } } }\n"
              + "ssh: { config: ssh_config }\n");
      Files.createDirectory(other.directory.resolve("apps"));
      other.write("apps/blog.conf", "[app]\n");

      CliFixture.Finished finished = other.runBare("apply", other.directory.toString(), "--yes");

      assertThat(finished.exit()).isEqualTo(1);
      assertThat(finished.out().replaceAll("\\s+", " "))
          .contains(
              "'apply' needs a user who may become root on the host without a password: sudo: a"
                  + " password is required",
              "log in as such a user (--user)");
    }
  }

  @Test
  void aHostScriptWithoutTheVerbIsToBeUpgraded() {
    host("shop-1").isOld = true;

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("deployctl bootstrap shop-1");
    nothingIsChanged();
  }

  @Test
  void nobodyToAskMeansThatYesIsRequired() {
    CliFixture.Finished finished = hosts.apply();

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("--yes applies without a question");
    assertThat(host("web-1").asked()).isEmpty();
    assertThat(hosts.apply("--json").exit()).isEqualTo(2);
  }

  @Test
  void mistakesInTheDirectoryAreReportedAtOnceBeforeAnyHostIsAsked() throws Exception {
    hosts.delete("apps/shop.conf");
    hosts.write("apps/blgo.conf", "[app]\n");
    hosts.write("env/shpo.env", "A=b\n");
    hosts.write("templates/white space.conf", "\n");
    hosts.write("env/blog.env", "A=b\n");
    Files.setPosixFilePermissions(
        directory.resolve("env/blog.env"), PosixFilePermissions.fromString("rw-r--r--"));

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err())
        .contains("5 mistakes in ")
        .containsPattern("apps/blgo.conf: \\S+deployctl.yml has no app blgo .did you mean blog")
        .containsPattern("apps/shop.conf is missing: \\S+deployctl.yml has the app shop")
        .containsPattern("env/shpo.env: \\S+deployctl.yml has no app shpo .did you mean shop")
        .contains("templates/white space.conf: a name has letters")
        .contains("env/blog.env: every user of this machine may read it: chmod o= env/blog.env");
    assertThat(host("web-1").asked()).isEmpty();
  }

  @Test
  void aDirectoryWithoutAppsIsNone() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));

    CliFixture.Finished finished =
        fixture.runBare("apply", empty.toString(), "-c", directory + "/deployctl.yml", "--check");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("is no operators' directory: it has no directory apps");
  }

  @Test
  void rolesInHostConfAndTheTagForThemExcludeEachOther() throws Exception {
    hosts.config("roles-tag: Role");
    hosts.write("host.conf", "[docker]\n[host] ; here\nroles = web\n");

    CliFixture.Finished finished = hosts.apply("--check");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("host.conf has [host] roles, and ");
    hosts.delete("host.conf");
    assertThat(hosts.apply("--check").err()).contains("there is no host.conf");
  }

  @Test
  void anAppWithoutHostsIsNamedAndTheOthersAreApplied() throws Exception {
    hosts.config("  ghost: { hosts: { App: ghost } }");
    hosts.write("apps/ghost.conf", "[app]\n");

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).isZero();
    assertThat(finished.err()).contains("no host of ghost: App=ghost matches nothing in ");
    assertThat(host("web-1").files).doesNotContainKey("apps/ghost.conf");
  }

  @Test
  void anAnswerWithAMalformedBaseIsRefused() {
    var events = Transcripts.of("apply-check");
    events.getLast().put("base", "--force");
    host("web-1").canned = new FakeHost.Answer(0, events);

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("the host sent a malformed base: '--force'");
    nothingIsChanged();
  }

  @Test
  void theRecordedAnswersOfARealHostAreShown() {
    host("web-1").canned = new FakeHost.Answer(0, Transcripts.of("apply-check"));
    host("web-2").canned = new FakeHost.Answer(78, Transcripts.of("apply-mistakes"));

    CliFixture.Finished finished = hosts.apply("--check");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("~ apps/blog.conf", " [app]\n")
        .containsPattern("\n +-instances = [0-9]\n +\\+instances = [0-9]\n")
        .containsPattern("~ env/blog.env\n +\\+FEATURE_[A-Z] ~DATABASE_URL -FEATURE_[A-Z]\n")
        .contains("did you mean repository?");
  }
}
