package dev.deployctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagQueryTest {
  private static final Host HOST = host("App", "blog,admin", "Role", "web");

  private static Host host(String... tags) {
    Map<String, SequencedSet<String>> map = new LinkedHashMap<>();
    for (int i = 0; i < tags.length; i += 2) {
      map.put(tags[i], new LinkedHashSet<>(Arrays.asList(tags[i + 1].split(",", -1))));
    }
    return new Host("i-1", "web-a1", "10.0.0.1", "a", map);
  }

  @Test
  void every_key_must_be_there_with_one_of_its_values() {
    assertThat(new TagQuery(Map.of("App", List.of("blog"))).matches(HOST)).isTrue();
    assertThat(new TagQuery(Map.of("App", List.of("x", "admin"))).matches(HOST)).isTrue();
    assertThat(new TagQuery(Map.of("App", List.of("blog"), "Role", List.of("db"))).matches(HOST))
        .isFalse();
    assertThat(new TagQuery(Map.of("Zone", List.of("*"))).matches(HOST)).isFalse();
    assertThat(new TagQuery(Map.of("app", List.of("blog"))).matches(HOST)).isFalse();
  }

  @Test
  void an_empty_query_finds_all_and_an_empty_list_of_values_none() {
    assertThat(new TagQuery(Map.of()).matches(HOST)).isTrue();
    assertThat(new TagQuery(Map.of("App", List.of())).matches(HOST)).isFalse();
  }

  @Test
  void what_is_excluded_is_left_out_whatever_else_it_has() {
    Map<String, List<String>> app = Map.of("App", List.of("blog"));
    assertThat(new TagQuery(app, Map.of("Role", List.of("web"))).matches(HOST)).isFalse();
    assertThat(new TagQuery(app, Map.of("Role", List.of("db"))).matches(HOST)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "blog,blog,true", "bl*,blog,true", "*,blog,true", "*g,blog,true", "b?og,blog,true",
    "?,blog,false", "b*x,blog,false", "Blog,blog,false", "bl.g,blog,false", "**,blog,true",
    "[b]log,blog,false", "a*b*c,a-b-b-c,true", "a*b*c,a-c-b,false", "*?,blog,true", "?*?,a,false"
  })
  void stars_and_question_marks_match_as_in_ec2(String wanted, String value, boolean matches) {
    TagQuery query = new TagQuery(Map.of("App", List.of(wanted)));
    assertThat(query.matches(host("App", value))).isEqualTo(matches);
  }

  @Test
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
  void many_stars_take_no_time() {
    TagQuery query = new TagQuery(Map.of("App", List.of("*a".repeat(60) + "b")));
    assertThat(query.matches(host("App", "a".repeat(256)))).isFalse();
  }

  @Test
  void a_person_reads_it_as_they_would_say_it() {
    Map<String, List<String>> tags = new LinkedHashMap<>();
    tags.put("App", List.of("blog"));
    tags.put("Role", List.of("web", "app"));
    assertThat(new TagQuery(tags, Map.of("Stage", List.of("old"))))
        .hasToString("App=blog Role=web,app Stage!=old");
  }

  @Property
  void text_without_wildcards_matches_itself_alone(@ForAll String wanted, @ForAll String value) {
    String plain = wanted.replaceAll("[*?]", "");
    TagQuery query = new TagQuery(Map.of("App", List.of(plain)));
    Host host = new Host("i", "n", "a", "", Map.of("App", new LinkedHashSet<>(List.of(value))));
    assertThat(query.matches(host)).isEqualTo(plain.equals(value));
  }
}
