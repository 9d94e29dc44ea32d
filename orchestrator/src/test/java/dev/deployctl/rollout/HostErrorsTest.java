package dev.deployctl.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.HostErrors;
import dev.deployctl.fleet.HostReply;
import dev.deployctl.model.Host;
import dev.deployctl.rollout.planning.SameMachine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages for hosts that refuse, and for two names of one host. */
final class HostErrorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sudo: a password is required",
        "sudo: sorry, you must have a tty to run sudo",
        "sudo: a terminal is required to read the password",
        "deploy is not in the sudoers file.",
        "Sorry, user deploy is not allowed to execute '/usr/sbin/deployctl-host' as root on web-1.",
        "sudo: account validation failure, is your account locked?",
        "sudo: The \"no new privileges\" flag is set, which prevents sudo from running as root."
      })
  void sudosOwnReasonIsTold(String said) {
    var error = HostErrors.of(new HostReply(1, null, said + "\n"));

    assertThat(error.kind()).isEqualTo("not-allowed");
    assertThat(error.message())
        .isEqualTo("sudo does not let this user run deployctl-host: " + said);
  }

  @Test
  void oneMachineUnderTwoNamesIsAWarning() {
    Host one = new Host("web-1", "web-1", "10.0.0.1", "", Map.of());
    Host same = new Host("web-1.example", "web-1.example", "10.0.0.1", "", Map.of());
    Host other = new Host("web-2", "web-2", "10.0.0.2", "", Map.of());

    assertThat(SameMachine.warnings(List.of(one, other, same)))
        .singleElement()
        .asString()
        .startsWith("web-1 and web-1.example have one address, 10.0.0.1: ");
    assertThat(SameMachine.warnings(List.of(one, other))).isEmpty();
  }
}
