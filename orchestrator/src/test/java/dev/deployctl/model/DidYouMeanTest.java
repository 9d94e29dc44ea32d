package dev.deployctl.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DidYouMeanTest {
  private static final List<String> KNOWN =
      List.of("regions", "filters", "max-failures", "max-unreachable", "user", "hosts", "blog");

  @ParameterizedTest
  @CsvSource({
    "regoins, regions",
    "Regions, regions",
    "region, regions",
    "filter, filters",
    "max_failures, max-failures",
    "maxfailures, max-failures",
    "usr, user",
    "hots, hosts",
    "bolg, blog",
    "database,",
    "x,",
    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz,"
  })
  void findsTheNearestWordOrNone(String word, @Nullable String expected) {
    assertThat(DidYouMean.nearest(word, KNOWN)).isEqualTo(expected);
  }
}
