package dev.deployctl.lab;

/** What a user of the site sees. */
final class Web {
  private Web() {}

  /** The front page of an app on one host; empty when nobody answers. */
  static String ask(Lab lab, String host, String app) {
    return lab.tries(
            "exec",
            host,
            "curl",
            "-s",
            "--max-time",
            "5",
            "-H",
            "Host: " + app + ".lab",
            "http://127.0.0.1/")
        .out();
  }
}
