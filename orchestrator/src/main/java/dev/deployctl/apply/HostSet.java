package dev.deployctl.apply;

import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.List;

/** All files of the operators' directory that one host gets. */
public final class HostSet {
  private final Host host;
  private final List<ManagedFile> files;

  HostSet(Host host, List<ManagedFile> files) {
    this.host = host;
    this.files = List.copyOf(files);
  }

  public Host host() {
    return host;
  }

  /** Returns the archive that the host reads. */
  byte[] tar(Origin origin) {
    List<ManagedFile> all = new ArrayList<>();
    all.add(origin.file());
    all.addAll(files);
    return Tar.of(all);
  }
}
