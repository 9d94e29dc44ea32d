package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.Wiring;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class CommandsTest {
  private static Services services() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Terminal plain = Terminal.plain(true);
    return Wiring.services(
        Map.of(), new Console(nowhere, nowhere, plain, plain, Optional::empty, () -> null));
  }

  private static Set<String> built(String... arguments) {
    return Deployctl.create(services(), arguments).getSubcommands().keySet();
  }

  private static Set<String> all() {
    return Deployctl.create(services()).getSubcommands().keySet();
  }

  @Test
  void onlyTheNamedCommandIsBuilt() {
    for (String name : all()) {
      if (!Set.of("help", "complete", "completion").contains(name)) {
        assertThat(built(name, "blog", "rollout")).containsExactly(name);
        assertThat(built("--verbose", "--no-input", name)).containsExactly(name);
      }
    }
  }

  @Test
  void everythingIsBuiltForHelpAndForCommandsThatReadTheOthers() {
    assertThat(built()).isEqualTo(all()).hasSizeGreaterThan(20);
    assertThat(built("--help")).isEqualTo(all());
    assertThat(built("help", "rollout")).isEqualTo(all());
    assertThat(built("completion", "bash")).isEqualTo(all());
  }

  @Test
  void completionBuildsTheCommandOfTheLineAlone() {
    assertThat(built("complete", "hosts", "--", "--verbose", "rollout", "blog", "--config"))
        .containsExactlyInAnyOrder("complete", "rollout");
    assertThat(built("complete", "apps", "rolout")).containsExactly("complete");
  }

  @Test
  void everythingIsBuiltToSuggestACommand() {
    assertThat(built("rolout")).isEqualTo(all());
  }

  @Test
  void nothingIsBuiltToTellTheVersion() {
    assertThat(built("--version")).isEmpty();
    assertThat(built("-v", "-V")).isEmpty();
  }

  /** An option with a value before the command would make its value look like a command. */
  @Test
  void optionsBeforeTheCommandHaveNoValue() {
    CommandLine commandLine = Deployctl.create(services());
    assertThat(commandLine.getCommandSpec().options())
        .allSatisfy(option -> assertThat(option.arity().max()).as(option.longestName()).isZero());
    assertThat(commandLine.getCommandSpec().options())
        .extracting(OptionSpec::longestName)
        .contains("--verbose", "--no-input", "--version");
  }
}
