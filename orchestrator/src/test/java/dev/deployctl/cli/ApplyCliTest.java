package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** apply: an operator brings the files of a directory to the hosts. */
final class ApplyCliTest {
  private static final String SECRET = "postgres://blog:hunter2@db/blog";

  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;
  private ApplyHosts hosts;

  @BeforeEach
  void twoHostsOfBlogAndOneOfShop() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "shop-1");
    hosts = new ApplyHosts(fixture);
    hosts.write("env/blog.env", "DATABASE_URL=" + SECRET + "\n");
  }

  private FakeApply host(String name) {
    return hosts.of(name);
  }

  @Test
  void checkShowsEqualDifferencesOnceAndChangesNothing() throws Exception {
    CliFixture.Finished finished = hosts.apply("--check");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(finished.out())
        .contains("which is in no git repository")
        .containsOnlyOnce("+ apps/blog.conf")
        .contains(" web-1, web-2\n", " shop-1\n", "+instances = 2", "+DATABASE_URL")
        .doesNotContain(SECRET, "hunter2");
    assertThat(host("web-1").files).isEmpty();
    assertThat(host("web-1").asked()).containsExactly("apply --by=" + hosts.by() + " --check");
  }

  @Test
  void everyHostGetsTheFilesOfItsApps() {
    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    assertThat(finished.out())
        .contains("✓ web-1  4 files changed", "✓ web-2  4 files changed")
        .doesNotContain("hunter2");
    assertThat(host("web-1").files.keySet())
        .containsExactly("apps/blog.conf", "env/blog.env", "host.conf", "templates/wide.conf");
    assertThat(host("shop-1").files.keySet())
        .containsExactly("apps/shop.conf", "host.conf", "templates/wide.conf");
    assertThat(host("web-1").files).containsEntry("env/blog.env", "DATABASE_URL=" + SECRET + "\n");
    assertThat(host("web-1").record().path("by").asText()).startsWith("alice@");
    assertThat(host("web-1").record().path("source").asText()).isEqualTo(directory.toString());
  }

  @Test
  void aSecondApplyFindsNothingToDo() {
    hosts.apply("--yes");

    CliFixture.Finished again = hosts.apply("--yes");

    assertThat(again.exit()).isZero();
    assertThat(again.out())
        .contains("web-1, web-2: no file changes", "Every host that answered has these files.");
    assertThat(host("web-1").asked()).hasSize(3);
    assertThat(host("web-1").asked().getLast()).contains("--check");
  }

  @Test
  void theTagForRolesBecomesThePartOfHostConfThatNamesThem() throws Exception {
    hosts.config("roles-tag: Role");

    hosts.apply("--yes");

    assertThat(host("web-1").files)
        .containsEntry("host.conf", "[docker]\ntimeout = 10s\n\n[host]\nroles = web, worker\n");
    assertThat(host("shop-1").files).containsEntry("host.conf", "[docker]\ntimeout = 10s\n");
  }

  @Test
  void aTagThatNoHostHasIsRefused() throws Exception {
    hosts.config("roles-tag: Rolle");

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("no host has the tag Rolle");
    assertThat(host("web-1").asked()).isEmpty();
  }

  @Test
  void aFileThatTheDirectoryLacksIsRemovedAndOthersAreLeftAloneAndNamed() throws Exception {
    hosts.apply("--yes");
    host("web-1").files.put("apps/legacy.conf", "[app]\n");
    hosts.delete("templates/wide.conf");

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.out()).contains("- templates/wide.conf", "left alone: apps/legacy.conf");
    assertThat(host("web-1").files).doesNotContainKey("templates/wide.conf");
    assertThat(host("web-1").files).containsKey("apps/legacy.conf");
  }

  @Test
  void filesThatWereChangedByHandAreNamed() {
    hosts.apply("--yes");
    host("web-2").files.put("apps/blog.conf", "[app]\ninstances = 9\n");
    host("web-2").record().putArray("drift").add("apps/blog.conf");

    CliFixture.Finished finished = hosts.apply("--check");

    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains("changed by hand since the last apply (2026-11-29 10:00:00, by alice@")
        .contains("): apps/blog.conf", "-instances = 9", "web-1: no file changes");
  }

  @Test
  void aPersonIsAskedAfterTheDifferences() {
    fixture.personAnswers("n");

    CliFixture.Finished finished = hosts.apply();

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(finished.out())
        .containsSubsequence("+ apps/blog.conf", "3 hosts change.", "Continue?", "Nothing was");
    assertThat(host("web-1").files).isEmpty();
    assertThat(hosts.apply("--yes").exit()).isZero();
  }

  @Test
  void hostsCanBeLeftOut() {
    assertThat(hosts.apply("--yes", "--hosts", "web-2").exit()).isZero();

    assertThat(host("web-2").files).isNotEmpty();
    assertThat(host("web-1").asked()).isEmpty();
  }

  @Test
  void theCommitIsRecordedAlsoOnHostsWhoseFilesDoNotChange() throws Exception {
    git("init", "-q");
    git("add", "apps", "host.conf", "templates", "deployctl.yml");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one");
    hosts.write(".gitignore", "*\n");
    hosts.apply("--yes");
    String first = host("web-1").record().path("commit").asText();
    assertThat(first).matches("[0-9a-f]{40}");
    assertThat(host("web-1").record().path("dirty").asBoolean()).isFalse();
    hosts.write("apps/shop.conf", "[app]\ninstances = 3\n");
    assertThat(hosts.apply("--check").out()).contains("changes that are not committed");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-a", "-m", "two");

    CliFixture.Finished finished = hosts.apply("--yes");

    assertThat(finished.out()).contains("✓ web-1  unchanged", "✓ shop-1  1 file changed");
    String second = host("shop-1").record().path("commit").asText();
    assertThat(second).isNotEqualTo(first);
    assertThat(host("web-1").record().path("commit").asText()).isEqualTo(second);
    assertThat(finished.out()).contains("at commit " + second.substring(0, 12));
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder git = new ProcessBuilder("git", "-C", directory.toString());
    git.command().addAll(List.of(arguments));
    assertThat(git.inheritIO().start().waitFor()).isZero();
  }

  @Test
  void jsonHasAnObjectForTheCheckAndForTheChangeOfEachHost() {
    CliFixture.Finished finished = hosts.apply("--yes", "--json");

    List<JsonNode> lines = finished.json();
    assertThat(lines)
        .hasSize(6)
        .allSatisfy(
            line -> {
              assertThat(line.path("type").asText()).isEqualTo("host.apply");
              assertThat(line.path("ok").asBoolean()).isTrue();
            });
    JsonNode check = lines.getFirst();
    assertThat(check.path("outcome").asText()).isEqualTo("checked");
    assertThat(check.path("files").get(0).path("diff").get(0).asText()).isEqualTo("+[app]");
    assertThat(lines.getLast().path("outcome").asText()).isEqualTo("applied");
    assertThat(finished.out()).doesNotContain("hunter2");
  }

  @Test
  void statusNamesFilesThatDifferFromTheLastApplyAndHostsWithAnotherCommit() {
    Map<String, String> commits = Map.of("web-1", "1a2b3c4d5e6f7a8b", "web-2", "9f8e7d6c5b4a3f2e");
    commits.forEach(
        (name, commit) -> {
          var events = Transcripts.of("status");
          events
              .getFirst()
              .putObject("applied")
              .put("commit", commit)
              .put("at", "2026-11-27T10:00:00.000Z")
              .put("by", "alice@laptop")
              .putArray("drift")
              .add("apps/blog.conf");
          fixture.host(name).answers("status", 0, events);
        });

    CliFixture.Finished finished = fixture.run("status", "blog");

    assertThat(finished.exit()).isZero();
    assertThat(finished.out().replaceAll("\\s+", " "))
        .contains(
            "web-1 apps/blog.conf differs from the last apply (2026-11-27 10:00:00, by"
                + " alice@laptop)",
            "hosts have different commits: 1a2b3c4d5e6f (web-1), 9f8e7d6c5b4a (web-2)");
    assertThat(fixture.run("status", "blog", "--json").json().getFirst().toString())
        .contains("\"drift\":[\"apps/blog.conf\"]");
  }

  @Test
  void theDirectoryMayBeBelowItsConfiguration() throws Exception {
    Path below = Files.createDirectory(directory.resolve("operators"));
    Files.createDirectory(directory.resolve(".git"));
    for (String part : List.of("apps", "env", "templates", "host.conf")) {
      Files.move(directory.resolve(part), below.resolve(part));
    }

    CliFixture.Finished finished = fixture.runBare("apply", below.toString(), "--yes");

    assertThat(finished.exit()).as(finished.err()).isZero();
    assertThat(host("web-1").files).containsKey("apps/blog.conf");
  }
}
