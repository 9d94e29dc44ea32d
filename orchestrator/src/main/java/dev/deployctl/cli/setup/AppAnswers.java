package dev.deployctl.cli.setup;

import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.DidYouMean;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.io.PrintWriter;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The five answers that a definition is made from: options, or answers of a person, who is asked
 * again after a mistake. The host's reader checks them again, and more closely.
 */
final class AppAnswers {
  private static final int TRIES = 3;
  private static final String LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
  private static final String NAME = LABEL + "(\\." + LABEL + ")*";
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "(localhost|%1$s\\.%1$s|%1$s:[0-9]{1,5}|%1$s\\.%1$s:[0-9]{1,5})(/[a-z0-9][a-z0-9._-]*)+"
              .formatted(NAME));
  private static final String USER = "%?[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}";
  private static final Pattern DEPLOYERS = Pattern.compile(USER + "([, ]+" + USER + ")*");
  private static final String SERVER = "(_|(\\*\\.|\\.)?" + NAME + ")";
  private static final Pattern SERVERS = Pattern.compile(SERVER + "([, ]+" + SERVER + ")*");

  private final boolean asks;
  private final PrintWriter out;
  private final Supplier<@Nullable String> lines;

  /**
   * @param asks whether a person answers what no option says
   * @param lines the person's answers; null at their end
   */
  AppAnswers(boolean asks, PrintWriter out, Supplier<@Nullable String> lines) {
    this.asks = asks;
    this.out = out;
    this.lines = lines;
  }

  Preset preset(@Nullable String option) {
    String kinds = String.join(", ", Preset.names());
    return answer(
        option, "--preset", "Kind of application (" + kinds + ")", null, AppAnswers::named);
  }

  private static Preset named(String text) {
    for (Preset each : Preset.values()) {
      if (each.toString().equals(text)) {
        return each;
      }
    }
    @Nullable String near = DidYouMean.nearest(text, Preset.names());
    throw new DeployException(
        FailureKind.USAGE,
        "there is no preset " + Quoted.of(text),
        near == null
            ? "choose one of " + String.join(", ", Preset.names())
            : "did you mean " + near + "?");
  }

  String repository(@Nullable String option, App app) {
    return answer(
        option,
        "--repository",
        "Image repository with its registry, such as registry.example.com/" + app,
        null,
        text ->
            checked(
                REPOSITORY,
                text,
                "not a repository with its registry and without a tag",
                "write one such as registry.example.com/" + app));
  }

  String deployers(@Nullable String option) {
    return answer(
            option,
            "--deployers",
            "Users and %groups that may deploy",
            "%deployers",
            text ->
                checked(
                    DEPLOYERS,
                    text,
                    "not users and groups",
                    "write names with commas in between, groups as %group"))
        .replaceAll("[, ]+", ", ");
  }

  String serverName(@Nullable String option, App app) {
    return answer(
            option,
            "--server-name",
            "Names of the virtual host, such as " + app + ".example.com",
            null,
            text ->
                checked(
                    SERVERS, text, "not a host name", "write one such as " + app + ".example.com"))
        .replaceAll("[, ]+", " ");
  }

  /** Returns the port that the app listens on; empty for a socket. */
  OptionalInt port(@Nullable String option, Preset preset) {
    String usual = preset.prefersSocket() ? "socket" : String.valueOf(preset.port());
    if (!preset.supportsSocket()) {
      return answer(option, "--listen", "Port that the app listens on", usual, this::number);
    }
    return answer(
        option,
        "--listen",
        "The app listens on a socket, or on this port",
        usual,
        text -> text.equals("socket") ? OptionalInt.empty() : number(text));
  }

  private OptionalInt number(String text) {
    if (text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65535) {
      return OptionalInt.of(Integer.parseInt(text));
    }
    throw new DeployException(
        FailureKind.USAGE,
        "the app cannot listen on " + Quoted.of(text),
        "write socket (unless the preset needs a port), or a port from 1 to 65535");
  }

  private static String checked(Pattern pattern, String text, String wrong, String hint) {
    if (text.length() > 253 || !pattern.matcher(text).matches()) {
      throw new DeployException(FailureKind.USAGE, wrong + ": " + Quoted.of(text), hint);
    }
    return text;
  }

  private <T> T answer(
      @Nullable String option,
      String name,
      String question,
      @Nullable String fallback,
      Function<String, T> read) {
    if (option != null) {
      return read.apply(option);
    }
    for (int time = 1; asks; time++) {
      out.print(question + (fallback == null ? "" : " [" + fallback + "]") + ": ");
      out.flush();
      String line = lines.get();
      if (line == null) {
        break;
      }
      String text = line.isBlank() && fallback != null ? fallback : line.strip();
      try {
        return read.apply(text);
      } catch (DeployException wrong) {
        if (time == TRIES) {
          throw wrong;
        }
        out.print("  " + wrong.getMessage() + "; " + wrong.hint() + "\n");
      }
    }
    if (fallback == null) {
      throw new DeployException(
          FailureKind.USAGE, name + " is missing; nothing was written", "deployctl app --help");
    }
    return read.apply(fallback);
  }
}
