package dev.deployctl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;

/** An SSH server on the loopback that lets one user call one {@link FakeHost}. */
final class FakeSshd implements AutoCloseable {
  private static final List<String> PREFIX = List.of("sudo", "-n", "/usr/sbin/deployctl-host");

  private final SshServer server = SshServer.setUpDefaultServer();
  private final FakeHost host;
  private volatile @Nullable FakeShell shell;

  FakeSshd(FakeHost host, KeyPair hostKey, PublicKey user, int port) throws IOException {
    this.host = host;
    server.setHost("127.0.0.1");
    server.setPort(port);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPublickeyAuthenticator((name, key, session) -> KeyUtils.compareKeys(key, user));
    server.setCommandFactory((channel, line) -> new Call(words(line)));
    server.start();
  }

  /** From now on the user may be root here. */
  void letsOperate(FakeShell operator) {
    shell = operator;
  }

  int port() {
    return server.getPort();
  }

  /** The words of a command line; only single quotes, as the contract has nothing else. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
      } else if (c == ' ' && !quoted) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return words;
  }

  private final class Call implements Command {
    private final List<String> words;
    private final CountDownLatch destroyed = new CountDownLatch(1);
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream err = OutputStream.nullOutputStream();
    private ExitCallback exit = (code, message, closeImmediately) -> {};

    Call(List<String> words) {
      this.words = words;
    }

    @Override
    public void setInputStream(InputStream stream) {
      in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
      out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
      err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
      exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
      Thread.ofVirtual().start(() -> run(channel));
    }

    private void run(ChannelSession channel) {
      try {
        FakeShell operator = shell;
        if (operator != null && words.size() > 2 && !words.get(2).equals(PREFIX.get(2))) {
          FakeShell.End end = operator.run(words.subList(2, words.size()), in);
          out.write(end.out().getBytes(StandardCharsets.UTF_8));
          out.flush();
          err.write(end.err().getBytes(StandardCharsets.UTF_8));
          err.flush();
          exit.onExit(end.exit());
          return;
        }
        if (words.size() < 4 || !words.subList(0, 3).equals(PREFIX)) {
          err.write("sudo: a password is required\n".getBytes(StandardCharsets.UTF_8));
          err.flush();
          exit.onExit(1);
          return;
        }
        List<String> mine = new ArrayList<>(words.subList(3, words.size()));
        if (!mine.remove("--output=ndjson")) {
          throw new IllegalStateException("no form of output asked for: " + words);
        }
        tell(channel, mine.getFirst(), host.call(mine));
      } catch (IOException gone) {
        // The caller has left.
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void tell(ChannelSession channel, String verb, FakeHost.Answer answer)
        throws IOException, InterruptedException {
      boolean transaction = List.of("deploy", "rollback", "restart").contains(verb);
      int told = 0;
      for (ObjectNode event : answer.events()) {
        if (transaction && host.dropsAfter > 0 && told == host.dropsAfter) {
          Objects.requireNonNull(channel.getSession()).close(true);
          return;
        }
        if (host.hangs && event.path("type").asText().equals("deploy.finished")) {
          destroyed.await();
          return;
        }
        out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        told++;
      }
      exit.onExit(answer.exit());
    }

    @Override
    public void destroy(ChannelSession channel) {
      destroyed.countDown();
    }
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
