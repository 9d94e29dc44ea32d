package dev.deployctl.cli;

import picocli.CommandLine.IVersionProvider;

/** Reads the version from the jar that this class came in. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"deployctl " + (version == null ? "(not packaged)" : version)};
  }
}
