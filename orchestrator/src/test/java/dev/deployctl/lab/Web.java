package dev.deployctl.lab;

/** What a user of the site sees. */
final class Web {
  private Web() {}

  /** The version that a user sees on one host; empty when nobody answers. */
  static String version(Lab lab, String host, String app) {
    String page = ask(lab, host, app);
    return page.startsWith("version=")
        ? page.substring("version=".length(), page.indexOf(' '))
        : "";
  }

  /** Waits until a user sees this version there: what a host does by itself takes its time. */
  static void await(Lab lab, String host, String app, String version) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    String seen = version(lab, host, app);
    while (!seen.equals(version)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(host + " serves '" + seen + "' and not " + version);
      }
      Thread.sleep(200);
      seen = version(lab, host, app);
    }
  }

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

  /** The status of an answer, a blank, and its body; status 000 when nobody answers. */
  static String get(Lab lab, String host, String app, String path) {
    String address = "http://127.0.0.1" + path;
    String said =
        lab.tries(
                Arguments.of(
                    "exec " + host + " curl -s --max-time 5 -w \\n%{http_code}",
                    "-H",
                    "Host: " + app + ".lab",
                    address))
            .out();
    int last = said.lastIndexOf('\n');
    return said.substring(last + 1) + " " + said.substring(0, last).strip();
  }
}
