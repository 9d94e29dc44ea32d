package dev.deployctl.apply;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Writes tar archives in the ustar format. The same files always make the same bytes. */
final class Tar {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 100;
  private static final int CHECKSUM = 148;

  private Tar() {}

  /** Returns an archive of these files, in their order. */
  static byte[] of(List<ManagedFile> files) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (ManagedFile file : files) {
      tar.writeBytes(header(file));
      tar.writeBytes(file.content());
      tar.writeBytes(new byte[(BLOCK - file.size() % BLOCK) % BLOCK]);
    }
    tar.writeBytes(new byte[2 * BLOCK]);
    return tar.toByteArray();
  }

  private static byte[] header(ManagedFile file) {
    byte[] header = new byte[BLOCK];
    if (file.path().length() > LONGEST_NAME) {
      throw new IllegalArgumentException("too long for a tar archive: " + file.path());
    }
    put(header, 0, file.path());
    put(header, 100, octal(file.mode(), 7));
    put(header, 108, octal(0, 7)); // owner: root
    put(header, 116, octal(0, 7)); // group: root
    put(header, 124, octal(file.size(), 11));
    put(header, 136, octal(0, 11)); // time: none, so that archives can be compared
    put(header, CHECKSUM, " ".repeat(8)); // counts as blanks in its own sum
    put(header, 156, "0"); // a regular file
    put(header, 257, "ustar\0" + "00");
    put(header, 265, "root");
    put(header, 297, "root");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, CHECKSUM, octal(sum, 6) + "\0 ");
    return header;
  }

  private static String octal(int number, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", number);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
