package dev.deployctl.cli;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.util.stream.Collectors;

/** Reasons of locks, by which their holders are known again. */
final class Locks {
  private static final int LONGEST = 120;

  private Locks() {}

  /**
   * Returns the reason of a lock that a command takes for itself, in characters that hosts take.
   */
  static String reasonOf(String command, Services services) {
    String text = words(command + " by " + services.workstation().identity());
    return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
  }

  /**
   * Returns the reason that others see, and who gave it. A reason that a host would not take is
   * refused, and never altered.
   */
  static String reason(String given, Services services) {
    String by = " " + mark(services);
    if (!words(given).equals(given)) {
      throw new DeployException(
          FailureKind.USAGE,
          "--reason takes ASCII letters, digits, blanks and _ . , : ; # / @ + ( ) ' - alone, and"
              + " not "
              + given
                  .codePoints()
                  .mapToObj(Character::toString)
                  .filter(one -> !words(one).equals(one))
                  .distinct()
                  .map(Quoted::of)
                  .collect(Collectors.joining(", "))
              + "; nothing was locked",
          "write the reason without them");
    }
    int room = LONGEST - by.length();
    if (given.length() > room) {
      throw new DeployException(
          FailureKind.USAGE,
          "--reason is longer than " + room + " characters; nothing was locked",
          "write it shorter");
    }
    return given + by;
  }

  /** Returns what the reason of this user's locks ends with. */
  static String mark(Services services) {
    String by = words("(" + services.workstation().identity() + ")");
    return by.length() > 60 ? by.substring(0, 60) : by;
  }

  /** Returns a text in characters that hosts take. */
  static String words(String text) {
    return text.replaceAll("[^A-Za-z0-9 _.,:;#/@+()'-]", "_");
  }
}
