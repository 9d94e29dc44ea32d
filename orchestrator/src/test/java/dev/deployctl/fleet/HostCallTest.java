package dev.deployctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.EventReader;
import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCallTest {
  private static final Host HOST = Host.named("web-1");
  private static final HostCommand STATUS = HostCommand.status(new App("blog"));

  /** The behavior of a host during a call. */
  private interface Answer {
    HostReply send(Consumer<HostEvent> events)
        throws HostUnreachableException, ConnectionLostException;
  }

  private static HostResult ask(HostCommand command, Answer answer) throws InterruptedException {
    HostAgent agent =
        new HostAgent() {
          @Override
          public HostReply call(Host host, HostCommand asked, Consumer<HostEvent> events)
              throws HostUnreachableException, ConnectionLostException {
            return answer.send(events);
          }

          @Override
          public void close() {}
        };
    return new HostCall(agent, new ThreadTimeline()).ask(HOST, command);
  }

  private static HostReply send(Consumer<HostEvent> events, int exit, String... lines) {
    HostEvent last = null;
    for (String line : lines) {
      last = new EventReader().read(line).orElseThrow();
      events.accept(last);
    }
    return new HostReply(exit, last, "");
  }

  private static String status(String more) {
    return "{\"v\":1,\"seq\":1,\"type\":\"status\",\"app\":\"blog\",\"state\":\"ok\"" + more + "}";
  }

  @Test
  void hostWithoutConnectionHasStartedNothing() throws Exception {
    HostResult result =
        ask(
            STATUS,
            _ -> {
              throw new HostUnreachableException(HOST, "connection refused", "ssh web-1", null);
            });
    assertThat(result)
        .isEqualTo(new HostResult.Unreachable(HOST, "connection refused", "ssh web-1", false));
  }

  @Test
  void commandMayHaveRunWhereTheConnectionBroke() throws Exception {
    HostResult result =
        ask(
            STATUS,
            _ -> {
              throw new ConnectionLostException(HOST, "connection reset", null);
            });
    assertThat(result).isEqualTo(new HostResult.Unreachable(HOST, "connection reset", null, true));
  }

  @Test
  void statusOfAnAppWithoutAStatusIsNoAnswer() throws Exception {
    HostResult result =
        ask(STATUS, events -> send(events, 0, "{\"v\":1,\"seq\":1,\"type\":\"status.finished\"}"));
    assertThat(result).isInstanceOf(HostResult.Refused.class);
    assertThat(result.problem()).contains("only a part of an answer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"serving\":{\"digest\":\"sha256:xyz\"}",
        ",\"serving\":{\"tag\":\"-x;id\"}",
        ",\"serving\":{\"release\":\"../../x\"}",
        ",\"serving\":{\"rollout\":\"R-1\"}",
        ",\"previous\":{\"digest\":\"\"}",
        ",\"deployed\":{\"rollout\":\"r-../x\"}",
        ",\"lock\":{\"lock\":\"l-X\"}"
      })
  void malformedNameInAStatusIsTheHostsFault(String more) throws Exception {
    HostResult result =
        ask(
            STATUS,
            events ->
                send(events, 0, status(more), "{\"v\":1,\"seq\":2,\"type\":\"status.finished\"}"));
    assertThat(result).isInstanceOf(HostResult.Refused.class);
    assertThat(result.host()).isEqualTo(HOST);
    assertThat(result.problem()).startsWith("the host sent a malformed ");
  }

  @Test
  void malformedDigestInAPreflightIsTheHostsFaultAndIsQuoted() throws Exception {
    HostResult result =
        ask(
            HostCommand.preflight(new App("blog")),
            events ->
                send(
                    events,
                    0,
                    "{\"v\":1,\"seq\":1,\"type\":\"preflight.finished\",\"ok\":true,\"exit\":0,"
                        + "\"protocol\":1,\"digest\":\"sha256:\\u001b[31m\"}"));
    assertThat(result.problem())
        .isEqualTo("the host sent a malformed digest: 'sha256:\\u001b[31m'");
  }
}
