package dev.deployctl.model;

/** Foreign text in messages. */
public final class Quoted {
  private Quoted() {}

  /**
   * Quotes hostile text for a message: short, and without anything that moves a terminal's cursor.
   */
  public static String of(String value) {
    StringBuilder text = new StringBuilder("'");
    value
        .codePoints()
        .limit(60)
        .forEach(
            point -> {
              if (point >= 0x20 && point < 0x7f) {
                text.append((char) point);
              } else {
                text.append(String.format("\\u%04x", point));
              }
            });
    return text.append(value.codePointCount(0, value.length()) > 60 ? "…'" : "'").toString();
  }
}
