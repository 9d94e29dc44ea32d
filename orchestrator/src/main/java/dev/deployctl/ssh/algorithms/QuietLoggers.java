package dev.deployctl.ssh.algorithms;

import net.schmizz.sshj.common.LoggerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * Discards the log of the SSH library, which logs failures that deployctl reports itself as errors.
 * With the logger {@code dev.deployctl.ssh} at trace it is shown.
 */
final class QuietLoggers implements LoggerFactory {
  static final QuietLoggers INSTANCE = new QuietLoggers();

  private static final Logger LOG = org.slf4j.LoggerFactory.getLogger("dev.deployctl.ssh");

  @Override
  public Logger getLogger(String name) {
    return LOG.isTraceEnabled() ? org.slf4j.LoggerFactory.getLogger(name) : NOPLogger.NOP_LOGGER;
  }

  @Override
  public Logger getLogger(Class<?> type) {
    return getLogger(type.getName());
  }
}
