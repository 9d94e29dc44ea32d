package dev.deployctl.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Packs the host script into a tar archive (POSIX ustar), which bootstrap reads as a resource. The
 * same files make the same archive. Paths are short and files are plain, so headers and padding are
 * all that is needed of the format. The build runs it.
 */
public final class HostScriptArchive {
  private static final int BLOCK = 512;
  private static final List<String> DIRECTORIES = List.of("bin", "deployctl_host", "packaging");

  private HostScriptArchive() {}

  /**
   * @param arguments the directory of the host script, and the archive to write
   */
  public static void main(String[] arguments) throws IOException {
    Path archive = Path.of(arguments[1]);
    Files.createDirectories(archive.getParent());
    Files.write(archive, tar(Path.of(arguments[0])));
  }

  private static byte[] tar(Path tree) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (String directory : DIRECTORIES) {
      for (Path file : files(tree.resolve(directory))) {
        byte[] content = Files.readAllBytes(file);
        tar.write(header(tree.relativize(file).toString().replace('\\', '/'), content.length));
        tar.write(content);
        tar.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
      }
    }
    tar.write(new byte[2 * BLOCK]);
    return tar.toByteArray();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".pyc"))
          .sorted()
          .toList();
    }
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
