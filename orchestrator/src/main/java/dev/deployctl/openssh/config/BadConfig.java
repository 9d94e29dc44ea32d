package dev.deployctl.openssh.config;

/** A line of ssh_config is wrong; whoever reads the file knows which. */
final class BadConfig extends Exception {
  BadConfig(String message) {
    super(message);
  }
}
