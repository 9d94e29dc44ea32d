package dev.deployctl.rollout.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of repositories and of their comparisons, from labels that anybody may write. */
final class SourceChangeTest {
  private static SourceChange from(@Nullable String repository) {
    return new SourceChange(repository, "1f0c9d2", "a3b4c5d", null, null);
  }

  @ParameterizedTest
  @CsvSource({
    "https://github.com/acme/blog, https://github.com/acme/blog/compare/1f0c9d2...a3b4c5d",
    "https://github.com/acme/blog.git/, https://github.com/acme/blog/compare/1f0c9d2...a3b4c5d",
    "git@github.com:acme/blog.git, https://github.com/acme/blog/compare/1f0c9d2...a3b4c5d",
    "ssh://git@github.acme.com:2222/a/b, https://github.acme.com/a/b/compare/1f0c9d2...a3b4c5d",
    "https://gitlab.com/g/sub/blog, https://gitlab.com/g/sub/blog/-/compare/1f0c9d2...a3b4c5d",
    "https://gitlab.acme.com:8443/g/b,"
        + " https://gitlab.acme.com:8443/g/b/-/compare/1f0c9d2...a3b4c5d",
    "git@bitbucket.org:acme/blog.git,"
        + " https://bitbucket.org/acme/blog/branches/compare/a3b4c5d%0D1f0c9d2"
  })
  void comparisonIsLinkedInTheFormOfTheServer(String repository, String link) {
    assertThat(from(repository).compare()).isEqualTo(link);
  }

  @ParameterizedTest
  @CsvSource({
    "https://github.com/acme/blog.git, https://github.com/acme/blog/commit/1f0c9d2",
    "git@gitlab.com:g/sub/blog.git, https://gitlab.com/g/sub/blog/-/commit/1f0c9d2",
    "https://bitbucket.org/acme/blog, https://bitbucket.org/acme/blog/commits/1f0c9d2"
  })
  void commitIsLinkedInTheFormOfTheServer(String repository, String link) {
    assertThat(from(repository).link("1f0c9d2")).isEqualTo(link);
  }

  @Test
  void nameThatIsNoHashAndUnknownServerHaveNoLinkToACommit() {
    assertThat(from("https://github.com/acme/blog").link("v1.2")).isNull();
    assertThat(from("https://git.acme.com/blog").link("1f0c9d2")).isNull();
    assertThat(from(null).link("1f0c9d2")).isNull();
  }

  @Test
  void unknownServerHasAnAddressAndNoComparison() {
    assertThat(from("https://git.acme.com/blog").web()).isEqualTo("https://git.acme.com/blog");
    assertThat(from("https://git.acme.com/blog").compare()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "http://github.com/acme/blog",
        "file:///etc/passwd",
        "https://user:token@github.com/acme/blog",
        "https://github.com/acme/blog?x=\"><script>",
        "https://github.com/acme/b log",
        "https://github.com",
        "\u001b]8;;https://evil.example.com\u0007"
      })
  void whatIsNoAddressOfGitIsNotKept(String repository) {
    assertThat(from(repository).repository()).isNull();
    assertThat(from(repository).compare()).isNull();
  }

  @Test
  void whatIsNoCommitIsNotKept() {
    for (String commit :
        new String[] {"", "-x", "a b", "a..b", "x".repeat(65), "<b>", "a\u001b[31m"}) {
      SourceChange change =
          new SourceChange("https://github.com/acme/blog", commit, commit, null, null);
      assertThat(change.from()).as(commit).isNull();
      assertThat(change.to()).as(commit).isNull();
      assertThat(change.compare()).isNull();
    }
  }

  @Test
  void sameCommitHasNothingToCompare() {
    assertThat(
            new SourceChange("https://github.com/acme/blog", "1f0c9d2", "1f0c9d2", null, null)
                .compare())
        .isNull();
  }

  @Test
  void imageThatWasBuiltBeforeTheLiveOneIsWarnedOf() {
    Instant earlier = Instant.parse("2026-11-20T10:00:00Z");
    Instant later = Instant.parse("2026-11-23T10:00:00Z");

    assertThat(new SourceChange(null, null, null, later, earlier).warning())
        .isEqualTo(
            "the new image was built before the live one: 2026-11-20T10:00:00Z, and"
                + " 2026-11-23T10:00:00Z");
    assertThat(new SourceChange(null, null, null, earlier, later).warning()).isNull();
    assertThat(new SourceChange(null, null, null, null, later).warning()).isNull();
  }
}
