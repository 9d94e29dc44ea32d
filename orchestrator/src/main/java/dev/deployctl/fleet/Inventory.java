package dev.deployctl.fleet;

import dev.deployctl.model.Host;
import dev.deployctl.model.TagQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where hosts come from. */
public interface Inventory {
  /**
   * Returns the hosts that match, in a stable order, each once, and says whether the list is
   * complete. Empty when none matches; the caller knows whether that is an error.
   *
   * @throws dev.deployctl.model.DeployException the source does not answer, refuses, or is wrong
   */
  HostList list(TagQuery query);

  /**
   * Returns the hosts of {@link #list}, for callers to whom it is all the same whether the list is
   * complete.
   *
   * @throws dev.deployctl.model.DeployException as for list, or a host has no address
   */
  default List<Host> hosts(TagQuery query) {
    return list(query).connectable();
  }

  /**
   * Where this looks, for messages: {@code hosts.yml}, or {@code EC2 ap-northeast-1
   * (tag:Env=production)}.
   */
  String describe();

  /**
   * Whose right to look is used, where the source knows people: an account, and who in it. Null
   * where it knows nobody.
   *
   * @throws dev.deployctl.model.DeployException it does not tell
   */
  default @Nullable String identity() {
    return null;
  }

  /**
   * The hosts that nearly match, each with the conditions it fails, for people who ask why a host
   * is missing.
   */
  List<NearMiss> nearMisses(TagQuery query);

  /** A host that fails one or more conditions of a query. */
  public record NearMiss(Host host, List<String> failed) {
    public NearMiss {
      failed = List.copyOf(failed);
    }
  }
}
