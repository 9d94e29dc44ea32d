package dev.deployctl.openssh.keys;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A client of the user's ssh-agent: lists the keys and requests signatures. The agent handles
 * security keys and other hardware, so they work as with ssh.
 */
public final class SshAgent implements AutoCloseable {
  /** The agent refuses: it does not have the key, or its owner declined. */
  public static final class RefusedException extends IOException {
    RefusedException(String message) {
      super(message);
    }
  }

  /** Requests an RSA signature with SHA-256. */
  public static final int RSA_SHA2_256 = 2;

  /** Requests an RSA signature with SHA-512. */
  public static final int RSA_SHA2_512 = 4;

  private static final int REQUEST_IDENTITIES = 11;
  private static final int IDENTITIES_ANSWER = 12;
  private static final int SIGN_REQUEST = 13;
  private static final int SIGN_RESPONSE = 14;
  private static final int LONGEST_ANSWER = 256 * 1024;
  private static final int MOST_IDENTITIES = 2048;

  /** A key of the agent. */
  public record Identity(SshPublicKey key, String comment) {}

  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  private SshAgent(SocketChannel channel) {
    this.channel = channel;
    in = Channels.newInputStream(channel);
    out = Channels.newOutputStream(channel);
  }

  /** Connects to the agent that listens on a UNIX socket. */
  public static SshAgent connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new SshAgent(channel);
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed instanceof IOException io ? io : new IOException(failed.getMessage(), failed);
    }
  }

  /** Returns the keys and certificates in the order of the agent. */
  public List<Identity> identities() throws IOException {
    byte[] answer = ask(new WireWriter().octet(REQUEST_IDENTITIES).bytes());
    try {
      WireReader reader = new WireReader(answer);
      if (reader.octet() != IDENTITIES_ANSWER) {
        throw new RefusedException("the ssh-agent refuses to list its keys");
      }
      long count = reader.uint32();
      if (count > MOST_IDENTITIES) {
        throw new IOException("the ssh-agent reports " + count + " keys");
      }
      List<Identity> identities = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        byte[] blob = reader.string();
        String comment = reader.text();
        SshPublicKey.of(blob).ifPresent(key -> identities.add(new Identity(key, comment)));
      }
      return List.copyOf(identities);
    } catch (WireReader.Malformed malformed) {
      throw new IOException("the ssh-agent sent a malformed answer", malformed);
    }
  }

  /**
   * Requests a signature. This can take until the owner touches a security key.
   *
   * @param flags {@link #RSA_SHA2_256}, {@link #RSA_SHA2_512} or 0
   * @return the signature in the format of SSH: its type and its bytes
   */
  public byte[] sign(SshPublicKey key, byte[] data, int flags) throws IOException {
    byte[] answer =
        ask(
            new WireWriter()
                .octet(SIGN_REQUEST)
                .string(key.blob())
                .string(data)
                .uint32(flags)
                .bytes());
    try {
      WireReader reader = new WireReader(answer);
      if (reader.octet() != SIGN_RESPONSE) {
        throw new RefusedException(
            "the ssh-agent refuses to sign with "
                + key
                + (key.onSecurityKey() ? " (was it touched?)" : ""));
      }
      return reader.string();
    } catch (WireReader.Malformed malformed) {
      throw new IOException("the ssh-agent sent a malformed answer", malformed);
    }
  }

  private byte[] ask(byte[] request) throws IOException {
    out.write(new WireWriter().string(request).bytes());
    out.flush();
    byte[] head = in.readNBytes(4);
    try {
      long length = new WireReader(head).uint32();
      if (length == 0 || length > LONGEST_ANSWER) {
        throw new IOException("the ssh-agent sent an answer of " + length + " bytes");
      }
      byte[] answer = in.readNBytes((int) length);
      if (answer.length < length) {
        throw new IOException("the ssh-agent closed the connection during its answer");
      }
      return answer;
    } catch (WireReader.Malformed cut) {
      throw new IOException("the ssh-agent closed the connection", cut);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException nothingToSave) {
      // The descriptor is closed in any case.
    }
  }
}
