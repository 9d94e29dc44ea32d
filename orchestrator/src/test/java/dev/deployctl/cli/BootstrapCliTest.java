package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bootstrap: an operator with root rights installs deployctl-host on hosts. */
final class BootstrapCliTest {
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
  void stopsAtTheFirstHostThatFailsAndNamesTheOthers() {
    first.installerExit = 78;

    CliFixture.Finished finished = fixture.run("bootstrap", "blog", "--yes");

    assertThat(finished.exit()).isEqualTo(1);
    assertThat(finished.out())
        .contains("no Python 3.9", "deployctl-host is not installed", "not started: web-2");
    assertThat(first.ran()).as("cleaned up").endsWith(REMOVE);
    assertThat(second.ran()).isEmpty();
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
    assertThat(finished.out()).contains("Install deployctl-host 0.2.0 on: web-1, web-2");
    assertThat(first.ran()).isEmpty();
  }
}
