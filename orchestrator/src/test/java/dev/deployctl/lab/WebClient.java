package dev.deployctl.lab;

/** Requests of a user to the app on a host. */
final class WebClient {
  private WebClient() {}

  /** Returns the version in the answer of one host; empty without an answer. */
  static String version(Lab lab, String host, String app) {
    String page = ask(lab, host, app);
    return page.startsWith("version=")
        ? page.substring("version=".length(), page.indexOf(' '))
        : "";
  }

  /** Returns the version that answers requests with the token of a preview. */
  static String preview(Lab lab, String host, String app, String token) {
    String page =
        lab.tryRun(
                Arguments.of(
                    "exec " + host + " curl -s --max-time 5",
                    "-H",
                    "Host: " + app + ".lab",
                    "-H",
                    "X-Deployctl-Preview: " + token,
                    "http://127.0.0.1/"))
            .out();
    return page.startsWith("version=")
        ? page.substring("version=".length(), page.indexOf(' '))
        : "";
  }

  /** Waits until the host answers with this version. */
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

  /** Returns the front page of an app on one host; empty without an answer. */
  static String ask(Lab lab, String host, String app) {
    return lab.tryRun(
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

  /** Returns the status of an answer, a space and its body; status 000 without an answer. */
  static String get(Lab lab, String host, String app, String path) {
    String address = "http://127.0.0.1" + path;
    String said =
        lab.tryRun(
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
