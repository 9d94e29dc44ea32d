package dev.deployctl.cli;

import dev.deployctl.bootstrap.Bootstrap;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The host-side script as a tar archive (POSIX ustar). Its paths are short and its files are plain,
 * so of the format only headers and padding are needed.
 */
final class ScriptArchive {
  private static final int BLOCK = 512;
  private static final Pattern VERSION =
      Pattern.compile("^VERSION = '([0-9A-Za-z.+~-]+)'$", Pattern.MULTILINE);

  private ScriptArchive() {}

  /** Reads the tree that was packaged with this program. */
  static Bootstrap.Packaged read(Path tree) {
    try {
      Matcher version =
          VERSION.matcher(Files.readString(tree.resolve("deployctl_host/version.py")));
      if (!version.find()) {
        throw broken(tree, "its version is not to be found");
      }
      return new Bootstrap.Packaged(version.group(1), tar(tree));
    } catch (IOException missing) {
      throw broken(tree, String.valueOf(missing.getMessage()));
    }
  }

  private static DeployException broken(Path tree, String why) {
    return new DeployException(
        FailureKind.CONFIG,
        "the host-side script that belongs to this program cannot be read in " + tree + ": " + why,
        "install deployctl whole: bin, lib and host-script belong together");
  }

  private static byte[] tar(Path tree) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(tree)) {
      files = all.filter(Files::isRegularFile).filter(ScriptArchive::belongs).sorted().toList();
    }
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (Path file : files) {
      byte[] content = Files.readAllBytes(file);
      String name = tree.relativize(file).toString().replace('\\', '/');
      tar.write(header(name, content.length));
      tar.write(content);
      tar.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }
    tar.write(new byte[2 * BLOCK]);
    return tar.toByteArray();
  }

  private static boolean belongs(Path file) {
    String name = file.getFileName().toString();
    return !name.endsWith(".pyc");
  }

  private static byte[] header(String name, int size) {
    byte[] header = new byte[BLOCK];
    if (name.getBytes(StandardCharsets.UTF_8).length > 100) {
      throw new IllegalStateException("too long for a plain tar header: " + name);
    }
    put(header, 0, name);
    put(header, 100, "0000755\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, String.format(Locale.ROOT, "%011o\0", size));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte one : header) {
      sum += one & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
