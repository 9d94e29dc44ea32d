package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that are suggested when a held release is in the way or a promote has ended early.
 */
final class HeldGoesOnCliTest {
  @TempDir private Path directory;
  @AutoClose private CliFixture fixture;

  @BeforeEach
  void threeHosts() throws Exception {
    fixture = new CliFixture(directory, "web-1", "web-2", "web-3");
  }

  private CliFixture.Finished done(String... arguments) {
    CliFixture.Finished finished = fixture.run(arguments);
    assertThat(finished.exit()).as(finished.out() + finished.err()).isZero();
    return finished;
  }

  private void hold(String... more) {
    done(
        Stream.concat(
                Stream.of("rollout", "blog", "--tag", "v2", "--hold", "--yes"), Stream.of(more))
            .toArray(String[]::new));
  }

  /** Returns a command that was printed after a label, as somebody pastes it. */
  private static String suggested(CliFixture.Finished finished, String label) {
    List<String> lines = (finished.out() + finished.err()).lines().map(String::strip).toList();
    String line =
        lines.stream().filter(one -> one.startsWith(label + " ")).findFirst().orElse("nothing");
    return line.replaceFirst(".*?deployctl ", "").replaceFirst(" {2,}\\(.*", "");
  }

  private CliFixture.Finished paste(String command) {
    return fixture.run(
        Stream.concat(Arrays.stream(command.split(" ")), Stream.of("--yes"))
            .toArray(String[]::new));
  }

  private static String text(CliFixture.Finished finished) {
    return (finished.out() + finished.err()).replaceAll("\\s+", " ");
  }

  private void assertLive(String tag, String... hosts) {
    for (String host : hosts) {
      assertThat(fixture.host(host).serving().tag()).as(host).isEqualTo(tag);
    }
  }

  private FakeHold.Held heldOn(String host) {
    return Objects.requireNonNull(fixture.host(host).hold.held(), host);
  }

  /** One host promotes, and the workstation is killed then. */
  private void promoteAlone(String host) {
    FakeHost.Answer answer =
        fixture.host(host).call(List.of("promote", "blog", "--rollout=r-killed", "--lock=l-1"));
    assertThat(answer.exit()).isZero();
  }

  /** A transaction that failed for a reason that is not the release's. */
  private static List<ObjectNode> failure() {
    List<ObjectNode> events = Transcripts.of("deploy-worker-died");
    assertThat(events.getLast().at("/error/kind").asText()).isNotEqualTo("release-failed");
    return events;
  }

  @Test
  void promoteAfterAnInterruptedOneGoesOnWhereItIsHeld() {
    hold("--canary", "2");
    promoteAlone("web-1");

    CliFixture.Finished finished = done("promote", "blog", "--yes");

    assertLive("v2", "web-1", "web-2", "web-3");
    assertThat(text(finished)).contains("2 updated");
  }

  @Test
  void promoteAfterAllHoldersWereSwitchedSuggestsTheRolloutOfTheOthers() {
    hold();
    promoteAlone("web-1");

    CliFixture.Finished finished = fixture.run("promote", "blog", "--yes");

    assertThat(finished.exit()).isEqualTo(3);
    assertThat(text(finished))
        .contains("a promote made v2 (sha256:5b67fc6c94fe…) live on web-1 and not on web-2, web-3")
        .contains("deployctl rollout blog --digest " + Transcripts.V2 + " deploys it");
    assertThat(paste("rollout blog --digest " + Transcripts.V2).exit()).isZero();
    assertThat(fixture.hosts())
        .allSatisfy(host -> assertThat(host.serving().digest()).isEqualTo(Transcripts.V2));

    CliFixture.Finished again = fixture.run("promote", "blog", "--yes");
    assertThat(again.exit()).isEqualTo(3);
    assertThat(text(again)).contains("v2 (sha256:5b67fc6c94fe…) was promoted and is live on all");
  }

  @Test
  void hostThatCouldNotPromoteHoldsItStillAndPromoteIsSuggested() {
    hold("--canary", "2");
    fixture.host("web-2").answers("promote", 70, failure());

    CliFixture.Finished failed = fixture.run("promote", "blog", "--yes");

    assertThat(failed.exit()).isEqualTo(1);
    assertThat(suggested(failed, "to go on")).isEqualTo("promote blog");
    fixture.host("web-2").answersAsBefore("promote");
    assertThat(paste(suggested(failed, "to go on")).exit()).isZero();
    assertLive("v2", "web-1", "web-2", "web-3");
  }

  @Test
  void promoteThatFailedOnAHostWithoutTheHeldReleaseSuggestsARollout() {
    hold();
    fixture.host("web-2").answers("deploy", 70, failure());

    CliFixture.Finished failed = fixture.run("promote", "blog", "--yes");

    assertThat(failed.exit()).isEqualTo(1);
    assertThat(suggested(failed, "to go on")).isEqualTo("rollout blog --digest " + Transcripts.V2);
    fixture.host("web-2").answersAsBefore("deploy");
    assertThat(paste(suggested(failed, "to go on")).exit()).isZero();
    assertThat(fixture.hosts())
        .allSatisfy(host -> assertThat(host.serving().digest()).isEqualTo(Transcripts.V2));
  }

  @Test
  void refusedPromoteSuggestsTheHostsThatAreReady() {
    hold();
    fixture.host("web-3").frozen = true;

    CliFixture.Finished refused = fixture.run("promote", "blog", "--yes");

    assertThat(refused.exit()).isEqualTo(3);
    assertThat(suggested(refused, "to go on")).isEqualTo("promote blog");
    assertThat(suggested(refused, "or")).isEqualTo("promote blog --hosts web-1,web-2");
    assertThat(paste(suggested(refused, "or")).exit()).isZero();
    assertLive("v2", "web-1", "web-2");
    assertLive("v1", "web-3");
  }

  @Test
  void refusedPromoteSuggestsARolloutWhereNoneOfTheOthersHoldsIt() {
    hold();
    fixture.host("web-1").frozen = true;

    CliFixture.Finished refused = fixture.run("promote", "blog", "--yes");

    assertThat(suggested(refused, "or"))
        .isEqualTo("rollout blog --hosts web-2,web-3 --digest " + Transcripts.V2);
    assertThat(paste(suggested(refused, "or")).exit()).isZero();
    assertThat(heldOn("web-1").tag()).isEqualTo("v2");
  }

  @Test
  void rolloutThatAHeldReleaseRefusesLeadsThrough() {
    hold();

    CliFixture.Finished refused = fixture.run("rollout", "blog", "--tag", "v2", "--yes");

    assertThat(refused.exit()).isEqualTo(3);
    assertThat(suggested(refused, "to go on")).isEqualTo("promote blog");
    assertThat(suggested(refused, "or")).isEqualTo("abandon blog");
    assertThat(paste(suggested(refused, "or")).exit()).isZero();
    assertThat(paste(suggested(refused, "and then")).exit()).isZero();
    assertLive("v2", "web-1", "web-2", "web-3");
  }

  @Test
  void onlyTheReleaseThatWasShownIsPromotedOrRemoved() {
    hold();
    FakeHold.Held shown = heldOn("web-1");
    FakeHold.Held later =
        new FakeHold.Held("20261123-060199-0000ff", Transcripts.V1, "v1", "r-colleague");
    fixture.host("web-1").hears =
        verb -> {
          if (verb.equals("promote") || verb.equals("abandon")) {
            fixture.host("web-1").hold.set(later);
          }
        };

    CliFixture.Finished abandoned = fixture.run("abandon", "blog", "--yes");

    assertThat(abandoned.exit()).as(abandoned.out()).isNotZero();
    assertThat(text(abandoned)).contains("is not held on this host, but " + later.release());
    assertThat(fixture.host("web-1").asked())
        .anyMatch(call -> call.matches("abandon .*--release=" + shown.release()));
    assertThat(heldOn("web-1")).isEqualTo(later);
    fixture.host("web-1").hold.set(shown);
    assertThat(fixture.run("promote", "blog", "--yes").exit()).isNotZero();
    assertThat(fixture.host("web-1").asked())
        .anyMatch(call -> call.matches("promote .*--release=" + shown.release()));
    assertLive("v1", "web-1");
    assertThat(heldOn("web-1")).isEqualTo(later);
  }

  @Test
  void releaseIsNamedByItsIdOnAnyHost() {
    hold("--canary", "2");
    FakeHold.Held other =
        new FakeHold.Held("20261123-060199-0000ff", Transcripts.V1, "v1", "r-other");
    fixture.host("web-3").hold.set(other);

    CliFixture.Finished wrong =
        fixture.run("abandon", "blog", "--release", "20261123-060100-aaaaaa", "--yes");
    assertThat(wrong.exit()).isEqualTo(3);
    assertThat(text(wrong))
        .contains("no host holds release 20261123-060100-aaaaaa of blog: web-1 holds v2")
        .contains("web-3 holds v1 (sha256:7e6736cb5505…) as " + other.release());
    String named = heldOn("web-2").release();
    CliFixture.Finished promote = fixture.run("promote", "blog", "--release", named, "--yes");
    assertThat(promote.exit()).isEqualTo(3);
    assertThat(text(promote))
        .contains("web-3 holds v1", "which is another release of blog")
        .contains("deployctl abandon blog --hosts web-3 removes it");

    done("abandon", "blog", "--release", named, "--yes");

    assertThat(fixture.host("web-1").hold.held()).isNull();
    assertThat(fixture.host("web-2").hold.held()).isNull();
    assertThat(heldOn("web-3")).isEqualTo(other);
  }
}
