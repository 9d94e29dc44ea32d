package dev.deployctl.yaml;

import dev.deployctl.model.Quoted;
import java.util.regex.Pattern;

/** Names places in a file's meaning: {@code inventory.ec2.filters.'tag:Env'[1]}. */
public final class Paths {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

  private Paths() {}

  public static String key(String path, String key) {
    String name = PLAIN.matcher(key).matches() ? key : Quoted.of(key);
    return path.isEmpty() ? name : path + "." + name;
  }

  public static String item(String path, int index) {
    return path + "[" + index + "]";
  }
}
