package dev.deployctl.openssh.knownhosts;

import dev.deployctl.openssh.keys.SshPublicKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** Adds lines to a known_hosts file. */
final class KnownHostsFile {
  private static final int SALT_LENGTH = 20;
  private static final Set<OpenOption> OPTIONS =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Path path;

  KnownHostsFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Returns whether a name has no special meaning in a known_hosts file. */
  static boolean canHold(String name) {
    return !name.isEmpty() && name.chars().noneMatch(c -> "@?*#[]|'\"\\, \t".indexOf(c) >= 0);
  }

  /** Returns the line for a name and a key. */
  static String line(String name, SshPublicKey key, boolean hash) {
    return (hash ? hashed(name) : name) + " " + key.line();
  }

  private static String hashed(String name) {
    byte[] salt = new byte[SALT_LENGTH];
    new SecureRandom().nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder();
    return "|1|"
        + base64.encodeToString(salt)
        + "|"
        + base64.encodeToString(KnownHostsLine.hmac(salt, name));
  }

  /** Appends a line in one piece, even if others write at the same time. */
  void append(String line) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null && !Files.exists(directory)) {
      Files.createDirectories(directory, permissions(directory, "rwx------"));
    }
    synchronized (KnownHostsFile.class) { // a file lock does not keep out our own threads
      try (FileChannel channel = FileChannel.open(path, OPTIONS, permissions(path, "rw-------"))) {
        if (Files.isRegularFile(path)) {
          var _ = channel.lock(); // until the channel is closed
        }
        String text = (endsInMidLine(channel) ? "\n" : "") + line + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        channel.position(channel.size());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    }
  }

  private static boolean endsInMidLine(FileChannel channel) throws IOException {
    if (channel.size() == 0) {
      return false;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, channel.size() - 1);
    return last.get(0) != '\n';
  }

  private static FileAttribute<?>[] permissions(Path path, String text) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
        }
        : new FileAttribute<?>[0];
  }
}
