package dev.deployctl.ssh.auth;

import dev.deployctl.ssh.transport.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;

/**
 * Tries one key after another until the host accepts one. A key that needs a passphrase or a touch
 * is used only after the host has said that it would accept it.
 */
final class PublicKeyLogin extends AbstractAuthMethod {
  /** A key with one of its algorithms. */
  private record Try(Identity identity, String algorithm) {}

  private final List<Try> tries = new ArrayList<>();
  private final Deadline deadline;
  private final List<String> refused = new ArrayList<>();
  private int next;

  /**
   * @param accepted the signature algorithms that ssh_config allows
   * @param deadline paused while the user is asked
   */
  PublicKeyLogin(List<Identity> identities, List<String> accepted, Deadline deadline) {
    super("publickey");
    this.deadline = deadline;
    for (Identity identity : identities) {
      identity.algorithms().stream()
          .filter(accepted::contains)
          .forEach(algorithm -> tries.add(new Try(identity, algorithm)));
    }
  }

  boolean isEmpty() {
    return tries.isEmpty();
  }

  /** Returns the keys that were refused, for messages. */
  List<String> refused() {
    return refused.stream().distinct().toList();
  }

  @Override
  public void request() throws UserAuthException, TransportException {
    while (next < tries.size()) {
      Try current = tries.get(next);
      if (!current.identity().instant()) {
        params.getTransport().write(request(current, false));
        return;
      }
      Optional<SSHPacket> signed = signed(current);
      if (signed.isPresent()) {
        params.getTransport().write(signed.get());
        return;
      }
      next++;
    }
    throw new UserAuthException("no key is left to try");
  }

  @Override
  public boolean shouldRetry() {
    Identity failed = tries.get(next).identity();
    refused.add(failed.toString());
    next++;
    return next < tries.size();
  }

  @Override
  public void handle(Message message, SSHPacket packet)
      throws UserAuthException, TransportException {
    if (message != Message.USERAUTH_60) {
      super.handle(message, packet);
      return;
    }
    Optional<SSHPacket> signed = signed(tries.get(next));
    if (signed.isPresent()) {
      params.getTransport().write(signed.get());
    } else {
      next++;
      request();
    }
  }

  private SSHPacket request(Try current, boolean signed) throws UserAuthException {
    return buildReq()
        .putBoolean(signed)
        .putString(current.algorithm())
        .putString(current.identity().key().blob());
  }

  private Optional<SSHPacket> signed(Try current) throws UserAuthException {
    SSHPacket request = request(current, true);
    byte[] data =
        new Buffer.PlainBuffer()
            .putString(params.getTransport().getSessionID())
            .putBuffer(request)
            .getCompactData();
    String algorithm = Identity.signatureAlgorithm(current.algorithm());
    try (Deadline.Pause _ = deadline.pause()) { // a person may have to touch a key
      return Optional.of(request.putString(current.identity().signer().sign(algorithm, data)));
    } catch (IOException cannotSign) {
      refused.add(current.identity().origin() + ": " + cannotSign.getMessage());
      return Optional.empty();
    }
  }
}
