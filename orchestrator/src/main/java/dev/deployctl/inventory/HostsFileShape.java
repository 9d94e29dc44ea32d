package dev.deployctl.inventory;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import dev.deployctl.yaml.Shape;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** The table of a hosts file: the keys of a host. */
final class HostsFileShape {
  /**
   * No leading dash, which programs take for an option; nothing that a shell or terminal acts on.
   */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_\\[:][A-Za-z0-9_.:%\\[\\]-]{0,252}");

  private static final Pattern ANY = Pattern.compile("(?s).{1,255}");
  private static final Shape NAME_SHAPE =
      new Shape.Scalar("a name", text -> check("a name", text), NAME);
  private static final Shape TAG =
      new Shape.Items(new Shape.Scalar("text", text -> {}, null), true);

  static final Shape.Fields ROOT = root();

  private HostsFileShape() {}

  private static Shape.Fields root() {
    SequencedMap<String, Shape.Field> host = new LinkedHashMap<>();
    host.put("name", new Shape.Field(NAME_SHAPE, "what people call it", true, null));
    host.put("address", new Shape.Field(NAME_SHAPE, "what SSH connects to", false, "the name"));
    host.put("zone", new Shape.Field(NAME_SHAPE, "its availability zone", false, null));
    host.put("id", new Shape.Field(NAME_SHAPE, "what it is, once for all", false, "the name"));
    host.put(
        "tags",
        new Shape.Field(new Shape.Entries("tag", ANY, TAG), "its tags, by name", false, null));
    SequencedMap<String, Shape.Field> root = new LinkedHashMap<>();
    root.put(
        "hosts",
        new Shape.Field(
            new Shape.Items(new Shape.Fields(host), false), "the list of hosts", true, null));
    return new Shape.Fields(root);
  }

  private static void check(String what, String text) {
    if (!NAME.matcher(text).matches()) {
      throw new DeployException(
          FailureKind.CONFIG, Quoted.of(text) + " is not " + what + " or address", null);
    }
  }
}
