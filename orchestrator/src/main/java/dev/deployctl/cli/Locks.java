package dev.deployctl.cli;

/** How a person's lock is known again. */
final class Locks {
  private static final int LONGEST = 120;

  private Locks() {}

  /** What others are told: the reason, and who gave it; only characters that a host takes. */
  static String reason(String given, Services services) {
    String by = " " + mark(services);
    String text = words(given);
    int room = LONGEST - by.length();
    return (text.length() > room ? text.substring(0, room) : text) + by;
  }

  /** What the reason of this user's locks ends with. */
  static String mark(Services services) {
    String by = words("(" + services.identity() + ")");
    return by.length() > 60 ? by.substring(0, 60) : by;
  }

  private static String words(String text) {
    return text.replaceAll("[^A-Za-z0-9 _.,:;#/@+()'-]", "_");
  }
}
