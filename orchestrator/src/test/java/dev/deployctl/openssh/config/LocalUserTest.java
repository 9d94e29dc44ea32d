package dev.deployctl.openssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import org.junit.jupiter.api.Test;

/** The user who runs the program. */
final class LocalUserTest {
  @Test
  void anUnknownHomeDirectoryIsAnError() {
    String before = System.getProperty("user.home");
    System.setProperty("user.home", "?");
    try {
      assertThatThrownBy(LocalUser::current)
          .isInstanceOf(DeployException.class)
          .hasMessageContaining("the home directory of this user is not known");
    } finally {
      System.setProperty("user.home", before);
    }
    assertThat(LocalUser.current().home()).isAbsolute();
  }
}
