package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault that doctor finds, with its remedy. */
final class DoctorCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void twoHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2");
  }

  /** Runs doctor for the hosts of blog; expects one line for the fault and one for its remedy. */
  private void finds(int exit, String fault, String remedy) {
    finds(fixture.run("doctor", "blog"), exit, fault, remedy);
  }

  private static void finds(CliFixture.Finished finished, int exit, String fault, String remedy) {
    String out = finished.out().replaceAll("\\s+", " ");
    assertThat(finished.exit()).as(finished.out() + finished.err()).isEqualTo(exit);
    assertThat(out).contains("✗ ").contains(fault);
    assertThat(out.substring(out.indexOf(fault))).contains(remedy);
    assertThat(out).endsWith(" to mend. ");
  }

  @Test
  void everyFindingIsAnObjectWithItsRemedy() throws Exception {
    Files.delete(directory.resolve("id_ed25519"));

    assertThat(fixture.run("doctor", "--json").json())
        .filteredOn(check -> check.path("name").asText().equals("keys"))
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.path("ok").asBoolean()).isFalse();
              assertThat(check.path("remedy").asText()).contains("ssh-keygen");
            });
  }

  @Test
  void noConfiguration() {
    Path nowhere = directory.resolve("nowhere.yml");
    finds(
        fixture.runBare("doctor", "-c", nowhere.toString()),
        1,
        "there is no file " + nowhere,
        "check its name");
  }

  @Test
  void eachMistakeInTheConfiguration() {
    fixture.write(
        "deployctl.yml",
        """
        inventory: { file: hosts.yml }
        rollout: { batch-size: many, pauze: 3s }
        apps: { blog: { hosts: { App: blog } } }
        """);
    finds(1, "deployctl.yml:2:24: rollout.batch-size", "fix that line");
    finds(1, "deployctl.yml:2:30: rollout", "did you mean pause");
  }

  @Test
  void anAppThatIsNotThere() {
    finds(fixture.run("doctor", "blgo"), 1, "blgo", "blog");
  }

  @Test
  void noKeyAtAll() throws Exception {
    Files.delete(directory.resolve("id_ed25519"));

    finds(fixture.run("doctor"), 1, "keys: no key file", "ssh-keygen");
  }

  /** Gives some hosts a key of their own, and the others none. */
  private void keyOnlyFor(String pattern) throws Exception {
    Path key = directory.resolve("id_ed25519");
    Path prod = Files.move(key, directory.resolve("prod.pem"));
    String text = Files.readString(directory.resolve("ssh_config"));
    fixture.write(
        "ssh_config",
        "Host "
            + pattern
            + "\n  IdentityFile "
            + prod
            + "\n"
            + text.replace(key.toString(), "none"));
  }

  @Test
  void aKeyThatOnlyTheHostsOfTheAppUseIsAKey() throws Exception {
    keyOnlyFor("web-*");

    CliFixture.Finished finished = fixture.run("doctor", "blog");
    assertThat(finished.out()).contains("keys: " + directory.resolve("prod.pem"));
    assertThat(finished.out()).doesNotContain("no key file");
  }

  @Test
  void noKeyForOneOfTheHosts() throws Exception {
    keyOnlyFor("web-1");

    finds(fixture.run("doctor", "blog"), 5, "keys: no key file (for web-2)", "ssh-keygen");
  }

  @Test
  void aSettingThatIsNotSupportedForOneOfTheHosts() throws Exception {
    String text = Files.readString(directory.resolve("ssh_config"));
    fixture.write("ssh_config", "Host web-2\n  CheckHostIP yes\n" + text);

    finds(5, "checkhostip is not supported", "CheckHostIP no");
  }

  @Test
  void anAgentThatDoesNotAnswer() throws Exception {
    Path config = directory.resolve("ssh_config");
    String text = Files.readString(config);
    fixture.write(
        "ssh_config", text.replace("IdentityAgent none", "IdentityAgent " + directory + "/gone"));

    finds(fixture.run("doctor"), 1, "/gone does not answer", "ssh-agent");
  }

  @Test
  void noKnownHosts() throws Exception {
    Files.delete(directory.resolve("known_hosts"));

    finds(fixture.run("doctor"), 1, "known_hosts: there is none", "compare its fingerprint");
  }

  @Test
  void noHostsFile() throws Exception {
    Files.delete(directory.resolve("hosts.yml"));

    finds(1, "hosts file: ", "hosts.yml");
  }

  @Test
  void noHostThatMatches() {
    finds(fixture.run("doctor", "shop"), 1, "no host of shop", "hosts shop --explain");
  }

  @Test
  void aHostOutOfReach() throws Exception {
    fixture.server("web-2").close();

    finds(5, "web-2 ssh: ", "web-2");
  }

  @Test
  void aHostKeyThatChanged() throws Exception {
    fixture.changesHostKey("web-1");

    finds(5, "web-1 ssh: ", "ssh-keygen -R");
  }

  @Test
  void aHostThatSaysNothing() {
    fixture.host("web-1").answers("preflight", 2, List.of());

    finds(1, "web-1 preflight: ", "sudo deployctl-host status");
  }

  @Test
  void aLoginShellThatRunsNoCommand() {
    fixture.host("web-1").answers("preflight", 1, List.of());

    finds(1, "web-1 preflight: the login shell of this user runs no command", "usermod --shell");
  }

  @Test
  void whatAHostsPreflightFinds() {
    fixture
        .host("web-1")
        .answers(
            "preflight",
            69,
            List.of(
                Transcripts.object()
                    .put("v", 1)
                    .put("seq", 1)
                    .put("type", "check")
                    .put("name", "docker")
                    .put("ok", false)
                    .put("message", "Docker does not answer")
                    .put("hint", "systemctl start docker"),
                Transcripts.object()
                    .put("v", 1)
                    .put("seq", 2)
                    .put("type", "preflight.finished")
                    .put("ok", false)
                    .put("exit", 69)));

    finds(1, "web-1 docker: Docker does not answer", "systemctl start docker");
  }

  @Test
  void preflightWarningsAreToldAndFailNothing() {
    ObjectNode finished =
        Transcripts.object()
            .put("v", 1)
            .put("seq", 2)
            .put("type", "preflight.finished")
            .put("ok", true)
            .put("exit", 0)
            .put("version", "0.2.0")
            .put("protocol", 1);
    finished.putArray("warnings").add("TOKEN: its value ends in a line feed");
    fixture
        .host("web-1")
        .answers(
            "preflight",
            0,
            List.of(
                Transcripts.object()
                    .put("v", 1)
                    .put("seq", 1)
                    .put("type", "check")
                    .put("name", "env")
                    .put("ok", true)
                    .put("message", "1 name"),
                finished));

    assertThat(fixture.run("doctor", "blog").out().replaceAll("\\s+", " "))
        .contains("web-1 warning: TOKEN: its value ends in a line feed", "preflight: 1 checks");
  }

  @Test
  void noCredentialsForEc2() {
    fixture.environment.put("AWS_EC2_METADATA_DISABLED", "true");
    fixture.environment.put("AWS_CONFIG_FILE", directory + "/no-config");
    fixture.environment.put("AWS_SHARED_CREDENTIALS_FILE", directory + "/no-credentials");
    fixture.write(
        "deployctl.yml",
        """
        inventory: { ec2: { regions: [eu-west-1] } }
        apps: { blog: { hosts: { App: blog } } }
        """);

    finds(fixture.run("doctor"), 1, "aws: no AWS credentials", "aws configure");
  }
}
