package dev.deployctl.rollout.outcome;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Web addresses of source repositories, and of comparisons of two of their commits. */
final class CompareLink {
  private static final String HOST = "([A-Za-z0-9][A-Za-z0-9.-]{0,99})";
  private static final String PATH = "([A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+){0,9})";
  private static final Pattern HTTPS =
      Pattern.compile("https://" + HOST + "(:[0-9]{1,5})?/" + PATH + "/?");
  private static final Pattern SSH =
      Pattern.compile("ssh://(?:git@)?" + HOST + "(:[0-9]{1,5})?/" + PATH + "/?");
  private static final Pattern SCP = Pattern.compile("git@" + HOST + "()?:" + PATH);
  private static final Pattern COMMIT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{7,64}");

  private CompareLink() {}

  /**
   * Returns the address at which people see a repository; null for what is neither an https nor an
   * ssh address of git.
   */
  static @Nullable String web(String repository) {
    for (Pattern pattern : new Pattern[] {HTTPS, SSH, SCP}) {
      Matcher found = pattern.matcher(repository);
      if (found.matches()) {
        // The port of ssh is none of the web server's.
        String port = pattern == HTTPS && found.group(2) != null ? found.group(2) : "";
        return "https://"
            + found.group(1)
            + port
            + "/"
            + found.group(3).replaceFirst("\\.git$", "");
      }
    }
    return null;
  }

  /** Returns whether a text may be the name of a commit. */
  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches() && !text.contains("..");
  }

  /** Returns the address of a comparison, null for a server whose addresses are not known. */
  static @Nullable String of(String repository, String from, String to) {
    String web = web(repository);
    if (web == null || !isCommit(from) || !isCommit(to)) {
      return null;
    }
    return switch (server(web)) {
      case GITLAB -> web + "/-/compare/" + from + "..." + to;
      case BITBUCKET -> web + "/branches/compare/" + to + "%0D" + from;
      case GITHUB -> web + "/compare/" + from + "..." + to;
      case OTHER -> null;
    };
  }

  /**
   * Returns the address of a commit, null for a name that is no hash and for a server whose
   * addresses are not known.
   */
  static @Nullable String ofCommit(String repository, String commit) {
    String web = web(repository);
    if (web == null || !HASH.matcher(commit).matches()) {
      return null;
    }
    return switch (server(web)) {
      case GITLAB -> web + "/-/commit/" + commit;
      case BITBUCKET -> web + "/commits/" + commit;
      case GITHUB -> web + "/commit/" + commit;
      case OTHER -> null;
    };
  }

  /** The forms of addresses; Gitea and Forgejo have those of GitHub. */
  private enum Server {
    GITHUB,
    GITLAB,
    BITBUCKET,
    OTHER
  }

  private static Server server(String web) {
    String host = web.substring("https://".length(), web.indexOf('/', "https://".length()));
    if (host.contains("gitlab")) {
      return Server.GITLAB;
    }
    if (host.equals("bitbucket.org")) {
      return Server.BITBUCKET;
    }
    boolean likeGitHub =
        host.contains("github") || host.contains("gitea") || host.equals("codeberg.org");
    return likeGitHub ? Server.GITHUB : Server.OTHER;
  }
}
