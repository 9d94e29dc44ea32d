package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator takes a real host out of its load balancer, which is played by a loop there. */
@LabTest
class DrainIT {
  private static final String HOST = "host1";

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void balanced(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOST);
    on(
        lab,
        """
        echo 'outsider ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/operator
        chmod 440 /etc/sudoers.d/operator
        cp -p /etc/deployctl/host.conf /root/host.conf.before
        printf '[balancer]\\nlisten = 8081\\nquiet = 1s\\n' >>/etc/deployctl/host.conf
        deployctl-host recover >/dev/null
        setsid sh -c 'while sleep 0.3; do curl -s http://127.0.0.1:8081/healthz; done' \\
            </dev/null >/dev/null 2>&1 & echo $! >/root/balancer.pid
        """);
  }

  @AfterEach
  void asOthersFindIt(Lab lab) {
    on(
        lab,
        """
        kill -- -$(cat /root/balancer.pid) || true
        mv /root/host.conf.before /etc/deployctl/host.conf
        deployctl-host undrain >/dev/null
        rm -f /etc/sudoers.d/operator /root/balancer.pid
        """);
  }

  private static String on(Lab lab, String script) {
    return lab.run("exec", HOST, "bash", "-ec", script);
  }

  private static String path(Lab lab) {
    return on(lab, "curl -s http://127.0.0.1:8081/healthz");
  }

  @Test
  void operatorDrainsAHostUntilItIsSafeAndBringsItBack(Lab lab) {
    assertThat(laptop.tryRun("drain", HOST).exit()).as("a deployer").isEqualTo(1);
    assertThat(path(lab)).isEqualTo("ready");

    assertThat(laptop.run("drain", HOST, "--user", "outsider").text()).contains("safe to reboot");
    assertThat(path(lab)).isEqualTo("drained");

    laptop.run("undrain", HOST, "--user", "outsider");
    assertThat(path(lab)).isEqualTo("ready");
  }
}
