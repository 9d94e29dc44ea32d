package dev.deployctl.ssh.auth;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Asks the user for the passphrase of a key file, at most once for each file. */
@FunctionalInterface
public interface PassphrasePrompt {
  /**
   * Asks for a passphrase.
   *
   * @return the passphrase, which is overwritten after use; null if the user gives none
   */
  char @Nullable [] ask(Path keyFile);
}
