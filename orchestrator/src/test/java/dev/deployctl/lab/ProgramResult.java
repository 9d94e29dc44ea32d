package dev.deployctl.lab;

/** The exit code and the output of a program. */
record ProgramResult(String command, int exit, String out, String err) {
  /** Returns standard output as one line, so that tests do not depend on line breaks. */
  String text() {
    return out.replaceAll("\\s+", " ");
  }

  /** Returns both streams, for messages. */
  String output() {
    return "$ " + command + "\n" + out + err + "exit " + exit;
  }
}
