package dev.deployctl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deployctl.ssh.ScriptedCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.jspecify.annotations.Nullable;

/** An SSH server on the loopback that lets one user call one {@link FakeHost}. */
final class FakeSshd implements AutoCloseable {
  private static final List<String> ENDS = List.of("deploy.finished", "run.finished");
  private static final List<String> PREFIX = List.of("sudo", "-n", "/usr/sbin/deployctl-host");
  private static final List<String> ROOT =
      List.of("sudo", "-n", "sudo", "-n", "/usr/sbin/deployctl-host");

  private final SshServer server = SshServer.setUpDefaultServer();
  private final FakeHost host;
  private volatile @Nullable FakeShell shell;
  private volatile boolean root;
  private volatile @Nullable FakeApply apply;

  FakeSshd(FakeHost host, KeyPair hostKey, PublicKey user, int port) throws IOException {
    this.host = host;
    server.setHost("127.0.0.1");
    server.setPort(port);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPublickeyAuthenticator((name, key, session) -> KeyUtils.compareKeys(key, user));
    server.setCommandFactory(ScriptedCommand.of(this::run));
    server.start();
  }

  /** Gives the user root rights through this shell. */
  void letsOperate(FakeShell operator) {
    shell = operator;
  }

  /** Lets the user become root by a sudo within sudo. */
  void letsBecomeRoot() {
    root = true;
  }

  /** Lets the user become root, and so call this verb. */
  void letsApply(FakeApply verb) {
    apply = verb;
  }

  int port() {
    return server.getPort();
  }

  /** Splits a command line; only single quotes, as the contract has no others. */
  static List<String> arguments(String line) {
    List<String> arguments = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
      } else if (c == ' ' && !quoted) {
        arguments.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    arguments.add(word.toString());
    return arguments;
  }

  private void run(ScriptedCommand call) throws IOException, InterruptedException {
    List<String> arguments = arguments(call.line());
    FakeApply files = apply;
    if (files != null && arguments.size() > 5 && arguments.subList(0, 5).equals(ROOT)) {
      List<String> words = new ArrayList<>(arguments.subList(5, arguments.size()));
      words.remove("--output=ndjson");
      tell(call, words.getFirst(), files.call(words, call.in()));
      return;
    }
    if (root && arguments.size() > 5 && arguments.subList(2, 5).equals(PREFIX)) {
      arguments = arguments.subList(2, arguments.size());
    }
    FakeShell operator = shell;
    if (operator != null && arguments.size() > 2 && !arguments.get(2).equals(PREFIX.get(2))) {
      FakeShell.End end = operator.run(arguments.subList(2, arguments.size()), call.in());
      call.out().write(end.out().getBytes(StandardCharsets.UTF_8));
      call.out().flush();
      call.err().write(end.err().getBytes(StandardCharsets.UTF_8));
      call.err().flush();
      call.exit(end.exit());
      return;
    }
    if (arguments.size() < 4 || !arguments.subList(0, 3).equals(PREFIX)) {
      call.err().write("sudo: a password is required\n".getBytes(StandardCharsets.UTF_8));
      call.err().flush();
      call.exit(1);
      return;
    }
    List<String> mine = new ArrayList<>(arguments.subList(3, arguments.size()));
    if (!mine.remove("--output=ndjson")) {
      throw new IllegalStateException("no form of output asked for: " + arguments);
    }
    FakeEnv env = host.env;
    boolean ofEnv = env != null && mine.getFirst().startsWith("env-");
    tell(call, mine.getFirst(), ofEnv ? env.call(mine, call.in()) : host.call(mine));
  }

  private void tell(ScriptedCommand call, String verb, FakeHost.Answer answer)
      throws IOException, InterruptedException {
    boolean transaction = List.of("deploy", "rollback", "restart", "run", "release").contains(verb);
    int sent = 0;
    for (ObjectNode event : answer.events()) {
      if (transaction && host.dropsAfter > 0 && sent == host.dropsAfter) {
        Objects.requireNonNull(call.channel().getSession()).close(true);
        return;
      }
      if (host.hangs && ENDS.contains(event.path("type").asText())) {
        call.awaitEnd();
        return;
      }
      call.out().write((event + "\n").getBytes(StandardCharsets.UTF_8));
      call.out().flush();
      sent++;
    }
    call.exit(answer.exit());
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
