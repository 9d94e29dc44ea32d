package dev.deployctl.ssh;

import net.schmizz.sshj.common.LoggerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * Silences the SSH library, which logs at error level what is an everyday matter here and is told
 * to the user in other words. With the logger {@code dev.deployctl.ssh} at trace it speaks.
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
