package dev.deployctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of {@code contract/arguments.json} with the patterns of this program. */
class ArgumentsContractTest {
  private static final Map<String, Pattern> PATTERNS =
      Map.ofEntries(
          Map.entry("app", ArgumentPatterns.APP),
          Map.entry("tag", ArgumentPatterns.TAG),
          Map.entry("digest", ArgumentPatterns.DIGEST),
          Map.entry("process", ArgumentPatterns.PROCESS),
          Map.entry("schedule", ArgumentPatterns.SCHEDULE),
          Map.entry("release", ArgumentPatterns.RELEASE),
          Map.entry("rollout", ArgumentPatterns.ROLLOUT),
          Map.entry("lock", ArgumentPatterns.LOCK),
          Map.entry("run", ArgumentPatterns.RUN),
          Map.entry("seconds", ArgumentPatterns.SECONDS),
          Map.entry("sequence", ArgumentPatterns.SEQUENCE),
          Map.entry("count", ArgumentPatterns.COUNT),
          Map.entry("reason", ArgumentPatterns.REASON),
          Map.entry("name", ArgumentPatterns.NAME),
          Map.entry("token", ArgumentPatterns.TOKEN),
          Map.entry("hash", ArgumentPatterns.HASH),
          Map.entry("by", ArgumentPatterns.BY),
          Map.entry("text", ArgumentPatterns.TEXT),
          Map.entry("preview", ArgumentPatterns.PREVIEW),
          Map.entry("word", ArgumentPatterns.WORD),
          Map.entry("output", ArgumentPatterns.OUTPUT));

  /** The types that check their own text. */
  private static final Map<String, Consumer<String>> TYPES =
      Map.of(
          "app", App::new,
          "tag", ImageRef.Tag::new,
          "digest", ImageRef.Digest::new,
          "release", ReleaseId::new,
          "rollout", RolloutId::new,
          "lock", LockId::new,
          "run", RunId::new,
          "process", ProcessName::new,
          "reason", Reason::new,
          "token", VariableToken::new);

  private static JsonNode contract() {
    try {
      return new ObjectMapper()
          .readTree(Files.readString(Path.of("../contract/arguments.json")))
          .path("arguments");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Stream<Arguments> words() {
    List<Arguments> words = new ArrayList<>();
    contract()
        .properties()
        .forEach(
            argument -> {
              argument
                  .getValue()
                  .path("good")
                  .forEach(word -> words.add(word(argument.getKey(), word, true)));
              argument
                  .getValue()
                  .path("bad")
                  .forEach(word -> words.add(word(argument.getKey(), word, false)));
            });
    return words.stream();
  }

  private static Arguments word(String argument, JsonNode word, boolean good) {
    return Arguments.of(argument, expand(word.asText()), good);
  }

  /** {@code {a*41}} stands for 41 times the letter a. */
  private static String expand(String text) {
    Matcher matcher = Pattern.compile("\\{(.)\\*([0-9]+)}").matcher(text);
    return matcher.replaceAll(match -> match.group(1).repeat(Integer.parseInt(match.group(2))));
  }

  @Test
  void bothSidesHaveTheSameArgumentsAndPatterns() {
    Set<String> names = new TreeSet<>();
    contract()
        .properties()
        .forEach(
            argument -> {
              names.add(argument.getKey());
              assertThat(pattern(argument.getKey()).pattern())
                  .as(argument.getKey())
                  .isEqualTo(argument.getValue().path("pattern").asText());
            });
    assertThat(names).isEqualTo(new TreeSet<>(PATTERNS.keySet()));
    assertThat(words().count()).isGreaterThan(80);
  }

  @ParameterizedTest
  @MethodSource("words")
  void aWordIsTakenOrRefused(String argument, String word, boolean good) {
    assertThat(pattern(argument).matcher(word).matches()).isEqualTo(good);
    Consumer<String> type = TYPES.get(argument);
    if (type == null) {
      return;
    }
    if (good) {
      type.accept(word);
      return;
    }
    assertThatThrownBy(() -> type.accept(word))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining(argument)
        .message()
        .matches("[ -~…]*");
  }

  private static Pattern pattern(String argument) {
    return Objects.requireNonNull(PATTERNS.get(argument), argument);
  }

  @Test
  void idsMadeHereAreWordsOfTheContract() {
    for (int i = 0; i < 1000; i++) {
      assertThat(ArgumentPatterns.ROLLOUT.matcher(RolloutId.random().value()).matches()).isTrue();
      assertThat(ArgumentPatterns.LOCK.matcher(LockId.random().value()).matches()).isTrue();
    }
  }
}
