package dev.deployctl.lab;

/** How a program ended, and what it said. */
record Finished(String command, int exit, String out, String err) {
  /** Both streams, for messages. */
  String said() {
    return "$ " + command + "\n" + out + err + "exit " + exit;
  }
}
