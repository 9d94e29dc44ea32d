package dev.deployctl.lab;

/** How a program ended, and what it said. */
record Finished(String command, int exit, String out, String err) {
  /** Standard output as one line: where a sentence wraps is no matter. */
  String text() {
    return out.replaceAll("\\s+", " ");
  }

  /** Both streams, for messages. */
  String said() {
    return "$ " + command + "\n" + out + err + "exit " + exit;
  }
}
