package dev.deployctl.event;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of errors that a host reports, with their exit codes; tested against {@code
 * contract/errors.json}. A newer host may know more: {@link HostError#kind} keeps any text.
 */
public enum HostErrorKind {
  USAGE("usage", 64),
  NOT_FOUND("not-found", 66),
  UNAVAILABLE("unavailable", 69),
  /** A defect: nothing is known of what the command did. */
  INTERNAL("internal", 70),
  RELEASE_FAILED("release-failed", 73),
  DISK_FULL("disk-full", 74),
  MEMORY_FULL("memory-full", 74),
  LOCKED("locked", 75),
  /** A release is held, which only a promote or an abandon ends. */
  HELD("held", 75),
  /** Deploys are frozen, or the app's window is closed; an emergency goes through. */
  FROZEN("frozen", 75),
  NOT_ALLOWED("not-allowed", 77),
  DEFINITION("definition", 78),
  /** Not sent by hosts: Ctrl-C came before the host was asked, or while it was. */
  INTERRUPTED("interrupted", 130);

  private final String jsonName;
  private final int exitCode;

  HostErrorKind(String jsonName, int exitCode) {
    this.jsonName = jsonName;
    this.exitCode = exitCode;
  }

  /** Returns the name in events and in JSON output. */
  public String jsonName() {
    return jsonName;
  }

  /** Returns the exit code of a call that ends with an error of this kind. */
  public int exitCode() {
    return exitCode;
  }

  /** Returns an error of this kind that has a message only. */
  public HostError error(String message) {
    return error(message, null, null);
  }

  /**
   * Returns an error of this kind.
   *
   * @param state what state things are in now
   * @param hint what to do next
   */
  public HostError error(String message, @Nullable String state, @Nullable String hint) {
    return new HostError(jsonName, message, state, hint, null);
  }
}
