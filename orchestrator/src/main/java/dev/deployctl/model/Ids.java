package dev.deployctl.model;

import java.security.SecureRandom;

/** Makes ids that are short enough to type and random enough never to meet again. */
final class Ids {
  // No vowels and no look-alikes: an id is neither a word nor misread.
  private static final String ALPHABET = "23456789bcdfghjkmnpqrstvwxz";
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  static String random(String prefix) {
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < 8; i++) {
      id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }
}
