package dev.deployctl.cli.fleet;

import dev.deployctl.model.Host;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way on where a command for one host finds that host unreachable. */
final class AnotherHost {
  private AnotherHost() {}

  /** Returns a hint for the case that the first of these hosts is unreachable. */
  static @Nullable String hint(List<Host> hosts, @Nullable String hint) {
    if (hosts.size() < 2) {
      return hint;
    }
    String another = "--hosts " + hosts.get(1).name() + " takes another host";
    return hint == null ? another : hint + "\n" + another;
  }
}
