package dev.deployctl.apply;

/** A file that operators keep in their directory and that hosts get. */
final class ManagedFile {
  /** Files of the environment hold secrets. */
  private static final String SECRETS = "env/";

  private final String path;
  private final byte[] content;

  /**
   * @param path in the operators' directory, and below /etc/deployctl on a host
   */
  ManagedFile(String path, byte[] content) {
    this.path = path;
    this.content = content.clone();
  }

  String path() {
    return path;
  }

  byte[] content() {
    return content.clone();
  }

  int size() {
    return content.length;
  }

  /** Returns the mode that it has on a host. */
  int mode() {
    return path.startsWith(SECRETS) ? 0600 : 0644;
  }
}
