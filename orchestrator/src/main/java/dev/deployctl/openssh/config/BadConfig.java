package dev.deployctl.openssh.config;

/** An error in a line of ssh_config. The reader of the file adds file and line. */
final class BadConfig extends Exception {
  BadConfig(String message) {
    super(message);
  }
}
