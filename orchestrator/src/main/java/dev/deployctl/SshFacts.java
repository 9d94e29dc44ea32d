package dev.deployctl;

import dev.deployctl.cli.Services.SshQuestion;
import dev.deployctl.cli.Services.Verdict;
import dev.deployctl.event.EventReader;
import dev.deployctl.model.Host;
import dev.deployctl.openssh.LocalUser;
import dev.deployctl.openssh.SshConfig;
import dev.deployctl.openssh.SshConfigQuery;
import dev.deployctl.rollout.ConnectionLostException;
import dev.deployctl.rollout.HostCommand;
import dev.deployctl.rollout.HostUnreachableException;
import dev.deployctl.ssh.SshHostAgent;
import dev.deployctl.ssh.SshSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What the user's OpenSSH world says of one host. */
final class SshFacts {
  private SshFacts() {}

  static List<String> config(SshQuestion question) {
    LocalUser local = LocalUser.current();
    SshConfig config =
        question.config() == null
            ? SshConfig.ofUser(local)
            : SshConfig.ofFile(question.config(), local);
    Integer port = question.port();
    return config.print(
        new SshConfigQuery(
            question.host(),
            Optional.ofNullable(question.user()),
            port == null ? OptionalInt.empty() : OptionalInt.of(port),
            List.of()));
  }

  /** A host that lets us in, or whose sudo refuses, has a trusted key: that is judged first. */
  static Verdict hostKey(SshQuestion question) throws InterruptedException {
    SshSettings settings = SshSettings.defaults();
    settings = question.config() == null ? settings : settings.withConfigFile(question.config());
    settings = question.user() == null ? settings : settings.withUser(question.user());
    settings = question.port() == null ? settings : settings.withPort(question.port());
    Host host = new Host(question.host(), question.host(), question.host(), "", Map.of());
    try (SshHostAgent agent = new SshHostAgent(settings, new EventReader())) {
      agent.call(host, HostCommand.of("version"), event -> {});
      return new Verdict(true, "the key that " + question.host() + " offers is known", null);
    } catch (HostUnreachableException refused) {
      return new Verdict(false, String.valueOf(refused.getMessage()), refused.hint());
    } catch (ConnectionLostException lost) {
      return new Verdict(true, "the key is known; then " + lost.getMessage(), null);
    }
  }
}
