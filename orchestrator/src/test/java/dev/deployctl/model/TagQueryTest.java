package dev.deployctl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class TagQueryTest {
  private static Host host(Map<String, String> tags) {
    Map<String, java.util.SequencedSet<String>> sets = new java.util.HashMap<>();
    tags.forEach((key, value) -> sets.put(key, new LinkedHashSet<>(List.of(value))));
    return new Host("h", "h", "h", "", sets);
  }

  @Test
  void allKeysAnyValueNothingExcluded() {
    TagQuery query =
        new TagQuery(
            Map.of("App", List.of("blog", "shop"), "Role", List.of("web*")),
            Map.of("Stage", List.of("old", "t?st")));

    assertThat(query.matches(host(Map.of("App", "shop", "Role", "web-eu")))).isTrue();
    assertThat(query.matches(host(Map.of("App", "shop")))).isFalse();
    assertThat(query.matches(host(Map.of("App", "Shop", "Role", "web")))).isFalse();
    assertThat(query.matches(host(Map.of("App", "blog", "Role", "web", "Stage", "test"))))
        .isFalse();
    assertThat(query.matches(host(Map.of("App", "blog", "Role", "web", "Stage", "new")))).isTrue();
    assertThat(new TagQuery(Map.of()).matches(host(Map.of()))).isTrue();
  }

  @Property(tries = 5000)
  void wildcardsMeanWhatAPatternMeans(
      @ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(max = 8) String pattern,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 10) String text) {
    String regex = pattern.replace("*", ".*").replace('?', '.');

    assertThat(TagQuery.matches(pattern, text)).isEqualTo(Pattern.matches(regex, text));
  }

  @Test
  void manyStarsCostNothingToSpeakOf() {
    String pattern = "*a".repeat(60) + "*b";
    String text = "a".repeat(20_000);

    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(TagQuery.matches(pattern, text)).isFalse());
  }
}
