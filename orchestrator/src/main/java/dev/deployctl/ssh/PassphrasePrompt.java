package dev.deployctl.ssh;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Asks the user for the passphrase of a key file. Called at most once a file. */
@FunctionalInterface
public interface PassphrasePrompt {
  /**
   * Asks.
   *
   * @return the passphrase, which is wiped after use; null when the user would rather not say
   */
  char @Nullable [] ask(Path keyFile);
}
