package dev.deployctl.inventory;

import dev.deployctl.model.Host;
import java.util.Comparator;

/** The order in which hosts are shown and updated, the same on every run. */
public final class HostOrder {
  public static final Comparator<Host> STABLE =
      Comparator.comparing(Host::name).thenComparing(Host::id);

  private HostOrder() {}
}
