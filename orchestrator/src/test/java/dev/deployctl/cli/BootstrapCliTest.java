package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bootstrap: an operator with root rights installs deployctl-host on hosts. */
final class BootstrapCliTest {
  private static final String PLAN = "/bin/sh -s -- plan --group=deployers";
  private static final String PREPARE =
      "/bin/sh /var/tmp/deployctl-bootstrap.AbCdEf0123/packaging/prepare ";
  private static final String INSTALL =
      "/bin/sh /var/tmp/deployctl-bootstrap.AbCdEf0123/packaging/install --group=deployers";
  private static final String REMOVE = "rm -rf /var/tmp/deployctl-bootstrap.AbCdEf0123";

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;
  private FakeShell first;
  private FakeShell second;

  @BeforeEach
  void twoHostsWithoutTheScript() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
    first = operatedBy("web-1");
    second = operatedBy("web-2");
  }

  private FakeShell operatedBy(String name) {
    FakeShell shell = new FakeShell(fixture.host(name), directory.resolve("unpacked-" + name));
    fixture.host(name).answers("version", 1, List.of());
    fixture.server(name).letsOperate(shell);
    return shell;
  }

  @Test
  void installsOnAllHostsOfAnAppAndAsksEachForItsVersion() throws Exception {
    CliFixture.Finished finished = fixture.run("bootstrap", "blog", "--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(finished.out()).contains("✓ web-1  installed 0.2.0", "✓ web-2  installed 0.2.0");
    assertThat(first.ran())
        .containsExactly(
            "true",
            PLAN,
            "find /var/tmp -maxdepth 1 -type d -user root -name deployctl-bootstrap.* -mmin +10"
                + " -exec rm -rf {} +",
            "mktemp -d /var/tmp/deployctl-bootstrap.XXXXXXXXXX",
            "tar -x --no-same-owner -C /var/tmp/deployctl-bootstrap.AbCdEf0123 -f -",
            INSTALL,
            REMOVE);
    Path source = Path.of("../host-script");
    for (String file :
        List.of("packaging/install", "deployctl_host/version.py", "bin/deployctl-host")) {
      assertThat(first.unpacked.resolve(file)).hasSameBinaryContentAs(source.resolve(file));
    }
    assertThat(Files.isExecutable(first.unpacked.resolve("packaging/install"))).isTrue();
  }

  @Test
  void aHostThatFailsDoesNotKeepTheOthersWaiting() {
    first.installerExit = 78;

    CliFixture.Finished finished = fixture.run("bootstrap", "blog", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("✗ web-1", "no Python 3.9", "deployctl-host is not installed", "✓ web-2");
    assertThat(first.ran()).as("cleaned up").endsWith(REMOVE);
  }

  @Test
  void preparesWhatWasAskedForInOrder() {
    fixture.run(
        "bootstrap", "web-1", "--packages", "--deployers", "bob,carol", "--deployer=dave", "--yes");

    assertThat(first.ran())
        .startsWith(
            "true", "/bin/sh -s -- plan --packages --group=deployers --deployers=bob,carol,dave")
        .containsSubsequence(
            PREPARE + "packages",
            INSTALL,
            PREPARE + "members --group=deployers --deployers=bob,carol,dave",
            REMOVE);
    assertThat(first.inputs.getFirst())
        .as("the plan is made by the script, which leaves no file")
        .contains("#!/bin/sh", "plan_packages()");
  }

  @Test
  void theQuestionIsAskedAfterThePlanWhichShowsHostsWithTheSameChangesOnce() {
    first.plan = "+\tinstall docker.io, nginx with apt-get\n~\tSELinux is enforcing\n";
    second.plan = first.plan;
    fixture.personAnswers("n");

    CliFixture.Finished finished = fixture.run("bootstrap", "blog", "--packages");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.out())
        .contains(
            """
            On web-1, web-2
              - install docker.io, nginx with apt-get
              - install deployctl-host 0.2.0
              ! SELinux is enforcing
            Continue? [y/N] Nothing was touched.
            """);
    assertThat(first.ran()).hasSize(2);
  }

  @Test
  void aHostWithAProblemIsLeftOutAndTheOthersAreDone() {
    first.plan = "!\tthere is no user bob\tcreate the account first: sudo useradd bob\n";

    CliFixture.Finished finished = fixture.run("bootstrap", "blog", "--deployers", "bob", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("✗ web-1  there is no user bob", "nothing was touched", "sudo useradd bob")
        .contains("✓ web-2  installed");
    assertThat(first.ran()).hasSize(2);
  }

  @Test
  void packagesThatCannotBeInstalledStopTheHostBeforeTheScriptIsInstalled() {
    first.prepare.put("packages", new FakeShell.End(69, "", "prepare: apt-get could not install"));

    CliFixture.Finished finished = fixture.run("bootstrap", "web-1", "--packages", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("packages are missing or do not run (exit 69): prepare: apt-get could not")
        .contains("deployctl-host is not installed", "the same command again continues");
    assertThat(first.ran()).doesNotContain(INSTALL).endsWith(REMOVE);
  }

  @Test
  void theRegistryPasswordComesFromStandardInputAndIsNoArgument() {
    fixture.standardInput("s3cret");

    CliFixture.Finished finished =
        fixture.run("bootstrap", "web-1", "--registry", "registry.example.com:5000=ci", "--yes");

    assertThat(finished.exit()).as(finished.out()).isZero();
    assertThat(first.ran())
        .contains(PREPARE + "login --registry=registry.example.com:5000 --user=ci");
    assertThat(first.inputs).contains("s3cret");
    assertThat(first.ran().toString() + finished.out() + finished.err()).doesNotContain("s3cret");
  }

  @Test
  void aRefusedLoginSaysThatTheScriptIsInstalled() {
    fixture.standardInput("wrong");
    first.prepare.put("login", new FakeShell.End(77, "", "the login to r.example.com failed"));

    CliFixture.Finished finished =
        fixture.run("bootstrap", "web-1", "--registry", "r.example.com=ci", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("no login to the registry", "the login to r.example.com failed")
        .contains("deployctl-host 0.2.0 is installed");
  }

  @Test
  void usageErrorsAreFoundBeforeAnyHostIsAsked() {
    assertThat(fixture.run("bootstrap", "web-1", "--registry", "r.example.com=ci").err())
        .contains("no password for ci at r.example.com");
    fixture.standardInput("x");
    for (String[] wrong :
        List.of(
            new String[] {"--registry", "r.example.com"},
            new String[] {"--registry", "https://r.example.com=ci"},
            new String[] {"--deployers", "a b"},
            new String[] {"--group", "A"})) {
      assertThat(fixture.run("bootstrap", "web-1", wrong[0], wrong[1]).exit()).isEqualTo(2);
    }
    assertThat(first.ran()).isEmpty();
  }

  @Test
  void endsWithTheCommandsToRunNext() {
    CliFixture.Finished finished = fixture.run("bootstrap", "blog", "--yes");

    assertThat(finished.out())
        .contains("deployctl bootstrap blog --deployers USER", "deployctl app new blog")
        .contains("deployctl apply", "deployctl rollout blog --tag TAG");
    assertThat(fixture.run("bootstrap", "blog", "--deployers", "bob", "-q", "--yes").out())
        .doesNotContain("Next:");
  }

  @Test
  void printsAnObjectForEachHost() {
    first.plan = "!\tthere is no user bob\tcreate it\n";

    List<JsonNode> printed =
        fixture.run("bootstrap", "blog", "--deployers", "bob", "--json").json();

    assertThat(printed).extracting(one -> one.path("ok").asBoolean()).containsExactly(false, true);
    assertThat(printed.getFirst().path("hint").asText()).isEqualTo("create it");
    assertThat(printed.getLast().path("changes"))
        .extracting(JsonNode::asText)
        .containsExactly("create group deployers", "install deployctl-host 0.2.0");
  }

  @Test
  void severalHostsMayBeNamedAndTheInventoryKnowsTheirAddresses() {
    fixture.write(
        "hosts.yml",
        """
        hosts:
          - { name: first, address: web-1, tags: { App: blog } }
          - { name: second, address: web-2, tags: { App: shop } }
        """);

    CliFixture.Finished finished = fixture.run("bootstrap", "first", "second", "blog", "--yes");

    assertThat(finished.out()).contains("✓ first  installed", "✓ second  installed");
    assertThat(first.ran()).containsOnlyOnce(INSTALL);
  }

  @Test
  void aHostThatIsNamedIsNotNarrowed() {
    CliFixture.Finished finished = fixture.run("bootstrap", "web-1", "--zone", "a", "--yes");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("'web-1' is no app: --zone narrows an app's hosts");
    assertThat(first.ran()).isEmpty();
  }

  @Test
  void refusesToGoBackToAnOlderVersion() {
    var newer = Transcripts.of("version");
    newer.getFirst().put("version", "0.10.0");
    fixture.host("web-1").answers("version", 0, newer);

    CliFixture.Finished finished = fixture.run("bootstrap", "web-1", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out()).contains("0.10.0", "--allow-downgrade", "nothing was touched");
    assertThat(first.ran()).containsExactly("true");
    assertThat(fixture.run("bootstrap", "blog", "--yes", "--allow-downgrade").exit()).isZero();
  }

  @Test
  void needsSudo() throws Exception {
    try (CliFixture other =
        new CliFixture(Files.createDirectory(directory.resolve("other")), "web-9")) {

      CliFixture.Finished finished = other.run("bootstrap", "blog", "--yes");

      assertThat(finished.exit()).isEqualTo(1);
      assertThat(finished.out()).contains("a password is required", "nothing was touched");
      assertThat(other.host("web-9").asked()).isEmpty();
    }
  }

  @Test
  void asksAPersonFirst() {
    fixture.personAnswers("n");

    CliFixture.Finished finished = fixture.run("bootstrap", "blog");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.out()).contains("On web-1, web-2", "Nothing was touched.");
    assertThat(first.ran()).containsExactly("true", PLAN);
  }
}
