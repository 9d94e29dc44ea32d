package dev.deployctl.cli.setup;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A kind of application, with what its image usually needs. */
enum Preset {
  RAILS(true, 3000),
  DJANGO(true, 8000),
  NODE(true, 3000),
  LARAVEL(false, 8080),
  SPRING(false, 8080),
  GO(true, 8080);

  private final boolean socket;
  private final int port;

  Preset(boolean socket, int port) {
    this.socket = socket;
    this.port = port;
  }

  /** Returns the presets by name. */
  static List<String> names() {
    return Arrays.stream(values()).map(Preset::toString).toList();
  }

  /** Returns whether an app of this kind usually listens on a socket, and not on a port. */
  boolean prefersSocket() {
    return socket;
  }

  /** Returns whether an app of this kind can listen on a socket. */
  boolean supportsSocket() {
    return this != SPRING;
  }

  /** Returns the port that such apps usually listen on. */
  int port() {
    return port;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
