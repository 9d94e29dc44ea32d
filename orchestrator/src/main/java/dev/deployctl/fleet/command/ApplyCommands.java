package dev.deployctl.fleet.command;

import dev.deployctl.model.ArgumentPatterns;

/** Calls of the host script that bring operators' files to a host. */
public final class ApplyCommands {
  private static final int LONGEST = 80;

  private ApplyCommands() {}

  /** Asks what would change, and whether the host takes the files. Changes nothing. */
  public static HostCommand check(String by, byte[] tar) {
    return apply(by, tar).flag("check");
  }

  /**
   * Replaces the files.
   *
   * @param base the hash of the files that may be replaced
   */
  public static HostCommand apply(String by, String base, byte[] tar) {
    return apply(by, tar).option("base", base);
  }

  private static HostCommand apply(String by, byte[] tar) {
    return HostCommand.of(HostVerb.APPLY).option("by", name(by)).reading(tar);
  }

  /** Returns the caller in characters that hosts take. */
  private static String name(String by) {
    String text = by.replaceAll("[^A-Za-z0-9_.:@+-]", "_");
    String name = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    return ArgumentPatterns.BY.matcher(name).matches() ? name : "_" + name.replaceFirst("^.", "");
  }
}
