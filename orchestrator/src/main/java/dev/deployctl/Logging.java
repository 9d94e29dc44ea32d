package dev.deployctl;

import java.util.Locale;
import java.util.Map;

/**
 * Libraries log to standard error, and only what is an error: what a user needs to know the program
 * says itself. {@code -v} shows what this program does, {@code DEPLOYCTL_LOG=debug} also what its
 * libraries do. The logger is configured by system properties and by {@code
 * simplelogger.properties}, and is loaded by the first command that logs.
 */
final class Logging {
  private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";
  private static final String OWN_LEVEL = "org.slf4j.simpleLogger.log.dev.deployctl";

  private Logging() {}

  /** Sets the level that the user asks for. Must be called before anything is logged. */
  static void prepare(Map<String, String> environment) {
    // A search for providers would open every library.
    System.setProperty("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "WARN");
    String asked = environment.get("DEPLOYCTL_LOG");
    if (asked != null) {
      System.setProperty(LEVEL, asked.toLowerCase(Locale.ROOT));
    }
  }

  /** Shows from now on what this program does, and warnings of its libraries. */
  static void verbose() {
    if (System.getProperty(LEVEL) == null) {
      System.setProperty(LEVEL, "warn");
    }
    System.setProperty(OWN_LEVEL, "debug");
  }
}
