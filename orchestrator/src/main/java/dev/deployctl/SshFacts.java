package dev.deployctl;

import dev.deployctl.cli.ports.SshInspector.SshQuestion;
import dev.deployctl.cli.ports.SshInspector.Verdict;
import dev.deployctl.event.EventReader;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.model.Quoted;
import dev.deployctl.openssh.config.Destination;
import dev.deployctl.openssh.config.LocalUser;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import dev.deployctl.ssh.SshHostAgent;
import dev.deployctl.ssh.connect.ConnectionSettings;
import dev.deployctl.ssh.connect.HostKeyReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the user's ssh_config and known_hosts files for one host. */
final class SshFacts {
  private SshFacts() {}

  static List<String> config(SshQuestion question) {
    Destination to = destination(question);
    return of(Optional.ofNullable(question.config()))
        .print(new SshConfigQuery(to.host(), to.user(), to.port(), List.of()));
  }

  /** Options take precedence over the user and port of a destination, as with ssh. */
  private static Destination destination(SshQuestion question) {
    Destination typed =
        Destination.parse(question.host())
            .orElseThrow(
                () ->
                    new DeployException(
                        FailureKind.USAGE,
                        "not a destination that ssh accepts: " + Quoted.of(question.host()),
                        "write [user@]host or ssh://[user@]host[:port]"));
    Integer port = question.port();
    return new Destination(
        Optional.ofNullable(question.user()).or(typed::user),
        typed.host(),
        port == null ? typed.port() : OptionalInt.of(port));
  }

  static SshConfig of(Optional<Path> file) {
    LocalUser local = LocalUser.current();
    return file.map(one -> SshConfig.ofFile(one, local)).orElseGet(() -> SshConfig.ofUser(local));
  }

  static Verdict hostKey(SshQuestion question) throws InterruptedException {
    Destination to = destination(question);
    ConnectionSettings settings =
        new ConnectionSettings(
            Optional.ofNullable(question.config()),
            to.user(),
            to.port(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    Host host = new Host(to.host(), to.host(), to.host(), "", Map.of());
    try (SshHostAgent agent = new SshHostAgent(settings, new EventReader())) {
      HostKeyReport report = agent.hostKey(host);
      return new Verdict(report.trusted(), report.message(), report.hint());
    } catch (HostUnreachableException unreachable) {
      return new Verdict(false, unreachable.reason(), unreachable.hint());
    }
  }
}
