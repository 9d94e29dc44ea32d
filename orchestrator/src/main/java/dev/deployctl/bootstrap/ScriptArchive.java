package dev.deployctl.bootstrap;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the tar archive of the host script. */
public final class ScriptArchive {
  /** The name of the archive among the resources of this package; the build writes it. */
  public static final String RESOURCE = "host-script.tar";

  private static final int BLOCK = 512;
  private static final String VERSION_FILE = "deployctl_host/version.py";
  private static final Pattern VERSION =
      Pattern.compile("^VERSION = '([0-9A-Za-z.+~-]+)'$", Pattern.MULTILINE);

  private ScriptArchive() {}

  /**
   * Reads an archive and the version of the script in it.
   *
   * @param source where the archive comes from, for messages
   */
  public static Bootstrap.Packaged read(byte[] tar, String source) {
    Matcher version = VERSION.matcher(file(tar, VERSION_FILE));
    if (!version.find()) {
      throw new DeployException(
          FailureKind.CONFIG,
          "no version of the host script in " + source,
          "install deployctl again: the archive belongs to this program");
    }
    return new Bootstrap.Packaged(version.group(1), tar);
  }

  /** Returns the text of a file in the archive, empty where there is none. */
  static String file(byte[] tar, String name) {
    int at = 0;
    while (at + BLOCK <= tar.length && tar[at] != 0) {
      String octal = field(tar, at + 124, 12).strip();
      if (!octal.matches("0*[0-7]{1,9}")) {
        break;
      }
      int size = Integer.parseInt(octal, 8);
      if (field(tar, at, 100).equals(name) && at + BLOCK + size <= tar.length) {
        return field(tar, at + BLOCK, size);
      }
      at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
    return "";
  }

  /** Returns a field of a header, which ends at its first NUL. */
  private static String field(byte[] tar, int from, int length) {
    int end = from;
    while (end < from + length && tar[end] != 0) {
      end++;
    }
    return new String(tar, from, end - from, StandardCharsets.UTF_8);
  }
}
