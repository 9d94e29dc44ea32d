package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A developer changes the environment of an app in the files of two real hosts. */
@LabTest
class EnvIT {
  private static final String[] HOSTS = {"host1", "host2"};
  private static final String APP = "shop";
  private static final String VALUE = "s3cret-from-stdin";

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void developersAreEditors(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    for (String host : HOSTS) {
      String edit = "sed -i '/^source = file/a editors = %deployers' /etc/deployctl/apps/shop.conf";
      lab.run("exec", host, "bash", "-ec", edit);
    }
    laptop.deploy(APP, "v1");
  }

  @AfterEach
  void asOthersFindThem(Lab lab) {
    lab.run("install", HOSTS[0], HOSTS[1]);
  }

  /** Runs {@code deployctl env} with a value on standard input. */
  private ProgramResult env(String value, String... words) {
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "printf '%s\\n' \"$0\" | \"$@\"", value));
    command.addAll(Workstation.command("env"));
    command.addAll(List.of(words));
    ProgramResult finished = ProgramRunner.run(directory, Map.of(), command);
    assertThat(finished.exit()).as(finished.output()).isZero();
    assertThat(finished.out() + finished.err()).doesNotContain(VALUE);
    return finished;
  }

  private static void assertThatUsersSee(Lab lab, String answer) {
    for (String host : HOSTS) {
      assertThat(WebClient.get(lab, host, APP, "/env?name=GREETING")).as(host).startsWith(answer);
    }
  }

  @Test
  void aValueIsLiveAfterARestartAndGoneAfterTheNext(Lab lab) {
    assertThatUsersSee(lab, "404 ");

    assertThat(env(VALUE, "set", APP, "GREETING", "--yes").text())
        .contains("GREETING was set in /etc/deployctl/env/shop.env", "deployctl restart shop");

    assertThatUsersSee(lab, "404 ");
    assertThat(env("", "list", APP).text())
        .contains("GREETING", "1 name differs from the live release");
    laptop.run("restart", APP, "--yes");
    assertThatUsersSee(lab, "200 " + VALUE);
    assertThat(env("", "list", APP).text()).doesNotContain("differs from the live release");

    env("", "unset", APP, "GREETING", "--restart", "--yes");

    assertThatUsersSee(lab, "404 ");
    assertThat(env("", "list", APP).text()).doesNotContain("GREETING");
  }
}
