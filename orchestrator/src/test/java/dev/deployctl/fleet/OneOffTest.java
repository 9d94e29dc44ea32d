package dev.deployctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.OneOffEvents;
import dev.deployctl.fleet.command.HostCommand;
import dev.deployctl.fleet.command.OneOffCommands;
import dev.deployctl.model.App;
import dev.deployctl.model.CommandLine;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A one-off command goes on when its output is no longer followed, and the output says where. */
class OneOffTest {
  private static final Host HOST = new Host("i-1", "web-1", "10.0.0.1", "a", Map.of());
  private static final HostEvent STARTED =
      new OneOffEvents.RunStarted(
          1, "20261123-030405-3f9ac1", "3f2a9c1b7d04", List.of("bin/migrate"));

  /** The behavior of a connection while a command runs. */
  private interface Call {
    HostReply call(Consumer<HostEvent> events) throws ConnectionLostException, InterruptedException;
  }

  private static OneOff.End run(Call call) throws InterruptedException {
    HostAgent agent =
        new HostAgent() {
          @Override
          public HostReply call(Host host, HostCommand command, Consumer<HostEvent> events)
              throws ConnectionLostException, InterruptedException {
            return call.call(events);
          }

          @Override
          public void close() {}
        };
    OneOff oneOff =
        new OneOff(
            agent,
            new ThreadTimeline(),
            OneOffCommands.run(new App("blog"), null, new CommandLine(List.of("bin/migrate"))),
            (host, run) -> "look at " + host.name());
    return oneOff.run(
        HOST,
        new OneOff.Listener() {
          @Override
          public void line(AnswerEvents.LogLine line) {}

          @Override
          public void note(String text) {}
        });
  }

  @Test
  void interruptSaysInWhichContainerTheCommandContinues() throws Exception {
    OneOff.End end =
        run(
            events -> {
              events.accept(STARTED);
              throw new InterruptedException();
            });
    HostResult.Refused refused = (HostResult.Refused) end.answer();
    assertThat(refused.exit()).isEqualTo(130);
    assertThat(refused.error().state())
        .isEqualTo("the command continues in container 3f2a9c1b7d04 on the host");
    assertThat(refused.error().hint()).isEqualTo("look at web-1");
  }

  @Test
  void lostConnectionSaysInWhichContainerTheCommandContinues() throws Exception {
    OneOff.End end =
        run(
            events -> {
              events.accept(STARTED);
              throw new ConnectionLostException(HOST, "the connection was lost", null);
            });
    HostResult.Unreachable gone = (HostResult.Unreachable) end.answer();
    assertThat(gone.reason())
        .isEqualTo(
            "the connection was lost; the command continues in container 3f2a9c1b7d04 on the host");
    assertThat(gone.hint()).isEqualTo("look at web-1");
  }

  @Test
  void lostConnectionBeforeTheStartSaysThatTheStartIsNotKnown() throws Exception {
    OneOff.End end =
        run(
            events -> {
              throw new ConnectionLostException(HOST, "the connection was lost", null);
            });
    assertThat(((HostResult.Unreachable) end.answer()).reason())
        .contains("it is not known whether the command started");
  }
}
