package dev.deployctl.output.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.Golden;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetAnswersTest {
  private static final Host ONE = Host.named("web-1");
  private static final Host TWO = Host.named("web-2");
  private static final HostResult UNREACHABLE =
      new HostResult.Unreachable(TWO, "timed out", null, false);

  private static String leaveOut(List<HostResult> answers, List<Host> hosts, boolean json) {
    StringWriter text = new StringWriter();
    new FleetAnswers(new PrintWriter(text), Golden.UNICODE_120, json).leaveOut(answers, hosts);
    return text.toString().strip();
  }

  @Test
  void unreachableHostIsFollowedByTheOptionThatLeavesItOut() {
    assertThat(
            leaveOut(
                List.of(new HostResult.Answered(ONE, List.of()), UNREACHABLE),
                List.of(ONE, TWO),
                false))
        .isEqualTo("1 host is unreachable; without it: --hosts web-1");
  }

  @Test
  void nothingIsSaidWhereNoHostIsLeftOrTheOutputIsJson() {
    assertThat(leaveOut(List.of(UNREACHABLE), List.of(TWO), false)).isEmpty();
    assertThat(leaveOut(List.of(UNREACHABLE), List.of(ONE, TWO), true)).isEmpty();
  }
}
