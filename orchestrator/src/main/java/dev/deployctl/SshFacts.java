package dev.deployctl;

import dev.deployctl.cli.Services.Fact;
import dev.deployctl.cli.Services.SshQuestion;
import dev.deployctl.cli.Services.Verdict;
import dev.deployctl.event.EventReader;
import dev.deployctl.model.Host;
import dev.deployctl.openssh.HostSettings;
import dev.deployctl.openssh.LocalUser;
import dev.deployctl.openssh.SshAgent;
import dev.deployctl.openssh.SshConfig;
import dev.deployctl.openssh.SshConfigQuery;
import dev.deployctl.rollout.HostUnreachableException;
import dev.deployctl.ssh.HostKeyReport;
import dev.deployctl.ssh.SshHostAgent;
import dev.deployctl.ssh.SshSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What the user's OpenSSH world says: of one host, and of the keys at hand. */
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

  private static SshConfig of(Optional<Path> file) {
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

  /** Keys and known hosts, as any host would meet them. */
  static List<Fact> of(SshSettings settings) {
    HostSettings any =
        of(settings.configFile())
            .settings(
                new SshConfigQuery(
                    "any-host", settings.user(), settings.port(), settings.options()));
    List<Fact> facts = new ArrayList<>();
    int held = agent(any, facts);
    List<String> files =
        any.identities().stream().filter(Files::isReadable).map(Path::toString).toList();
    boolean some = held > 0 || !files.isEmpty();
    facts.add(
        new Fact(
            "keys",
            some,
            files.isEmpty() ? "no key file" : String.join(", ", files),
            some ? null : "make one with ssh-keygen, or add one to your agent with ssh-add"));
    List<String> known =
        any.userKnownHosts().stream().filter(Files::isReadable).map(Path::toString).toList();
    facts.add(
        new Fact(
            "known_hosts",
            !known.isEmpty(),
            known.isEmpty() ? "there is none: no host is known" : String.join(", ", known),
            known.isEmpty() ? "ssh to a host once, and compare its fingerprint" : null));
    return facts;
  }

  /** How many keys the agent holds. No agent is no fault: key files serve as well. */
  private static int agent(HostSettings any, List<Fact> facts) {
    Optional<Path> socket = any.agentSocket();
    if (socket.isEmpty()) {
      facts.add(new Fact("agent", true, "none in use", null));
      return 0;
    }
    try (SshAgent agent = SshAgent.connect(socket.get())) {
      int keys = agent.identities().size();
      facts.add(new Fact("agent", true, socket.get() + ": " + keys + " keys", null));
      return keys;
    } catch (IOException silent) {
      facts.add(
          new Fact(
              "agent",
              false,
              socket.get() + " does not answer: " + silent.getMessage(),
              "start ssh-agent anew, or unset SSH_AUTH_SOCK"));
      return 0;
    }
  }
}
