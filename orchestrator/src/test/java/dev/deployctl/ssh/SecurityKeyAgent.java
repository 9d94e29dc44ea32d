package dev.deployctl.ssh;

import dev.deployctl.openssh.keys.SshPublicKey;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import net.schmizz.sshj.common.Buffer;

/** An ssh-agent with security keys that need no hardware. */
final class SecurityKeyAgent implements AutoCloseable {
  private static final int LIST = 11;
  private static final int SIGN = 13;
  private static final int FAILURE = 5;

  /** The reaction of the owner when the key asks for a touch. */
  enum Owner {
    TOUCHES,
    /** The key signs without a touch, which the signature says. */
    ABSENT,
    /** The key times out, so that the agent refuses. */
    REFUSES
  }

  /** A key, or a certificate for it, as the agent lists it. */
  private record Held(SshPublicKey listed, SoftwareSecurityKey key) {}

  private final Path socket;
  private final ServerSocketChannel server;
  private final Owner owner;
  private final List<Held> held = new CopyOnWriteArrayList<>();
  private final AtomicInteger signatures = new AtomicInteger();

  private SecurityKeyAgent(Path socket, ServerSocketChannel server, Owner owner) {
    this.socket = socket;
    this.server = server;
    this.owner = owner;
  }

  static SecurityKeyAgent start(Path socket, Owner owner) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    SecurityKeyAgent agent = new SecurityKeyAgent(socket, server, owner);
    Thread.ofPlatform().daemon().name("agent").start(agent::accept);
    return agent;
  }

  Path socket() {
    return socket;
  }

  /** Returns the number of requested signatures. */
  int signatures() {
    return signatures.get();
  }

  void add(SoftwareSecurityKey key) {
    addCertificate(key.blob(), key);
  }

  void addCertificate(byte[] certificate, SoftwareSecurityKey key) {
    held.add(new Held(SshPublicKey.of(certificate).orElseThrow(), key));
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(client));
      OutputStream out = Channels.newOutputStream(client);
      while (true) {
        Buffer.PlainBuffer request = new Buffer.PlainBuffer(in.readNBytes(in.readInt()));
        byte[] answer = answer(request).getCompactData();
        out.write(new Buffer.PlainBuffer().putString(answer).getCompactData());
      }
    } catch (IOException | GeneralSecurityException gone) {
      // The client has its answer, or reports the failure itself.
    }
  }

  private Buffer.PlainBuffer answer(Buffer.PlainBuffer request)
      throws IOException, GeneralSecurityException {
    Buffer.PlainBuffer refusal = new Buffer.PlainBuffer().putByte((byte) FAILURE);
    int asked = request.readByte();
    if (asked == LIST) {
      Buffer.PlainBuffer list = new Buffer.PlainBuffer().putByte((byte) (LIST + 1));
      list.putUInt32(held.size());
      held.forEach(one -> list.putString(one.listed().blob()).putString("token"));
      return list;
    }
    if (asked != SIGN) {
      return refusal;
    }
    signatures.incrementAndGet();
    byte[] blob = request.readStringAsBytes();
    byte[] message = request.readStringAsBytes();
    for (Held one : held) {
      if (Arrays.equals(one.listed().blob(), blob) && owner != Owner.REFUSES) {
        byte[] signature = one.key().sign(message, owner == Owner.TOUCHES);
        return new Buffer.PlainBuffer().putByte((byte) (SIGN + 1)).putString(signature);
      }
    }
    return refusal;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
