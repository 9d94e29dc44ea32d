package dev.deployctl;

import dev.deployctl.cli.Services.SshQuestion;
import dev.deployctl.cli.Services.Verdict;
import dev.deployctl.event.EventReader;
import dev.deployctl.model.Host;
import dev.deployctl.openssh.LocalUser;
import dev.deployctl.openssh.SshConfig;
import dev.deployctl.openssh.SshConfigQuery;
import dev.deployctl.rollout.HostUnreachableException;
import dev.deployctl.ssh.HostKeyReport;
import dev.deployctl.ssh.SshHostAgent;
import dev.deployctl.ssh.SshSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Asks the user's ssh_config and known_hosts about one host. */
final class SshFacts {
  private SshFacts() {}

  static List<String> config(SshQuestion question) {
    Integer port = question.port();
    return of(Optional.ofNullable(question.config()))
        .print(
            new SshConfigQuery(
                question.host(),
                Optional.ofNullable(question.user()),
                port == null ? OptionalInt.empty() : OptionalInt.of(port),
                List.of()));
  }

  static SshConfig of(Optional<Path> file) {
    LocalUser local = LocalUser.current();
    return file.map(one -> SshConfig.ofFile(one, local)).orElseGet(() -> SshConfig.ofUser(local));
  }

  static Verdict hostKey(SshQuestion question) throws InterruptedException {
    SshSettings settings = SshSettings.defaults();
    settings = question.config() == null ? settings : settings.withConfigFile(question.config());
    settings = question.user() == null ? settings : settings.withUser(question.user());
    settings = question.port() == null ? settings : settings.withPort(question.port());
    Host host = new Host(question.host(), question.host(), question.host(), "", Map.of());
    try (SshHostAgent agent = new SshHostAgent(settings, new EventReader())) {
      HostKeyReport report = agent.hostKey(host);
      return new Verdict(report.trusted(), report.message(), report.hint());
    } catch (HostUnreachableException gone) {
      return new Verdict(false, String.valueOf(gone.getMessage()), gone.hint());
    }
  }
}
