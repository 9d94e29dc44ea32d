package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.Wiring;
import dev.deployctl.output.terminal.Console;
import dev.deployctl.output.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every option that a command accepts has an effect on it. */
final class OptionsInUseTest {
  @TempDir private Path directory;
  private @Nullable CliFixture opened;

  @AfterEach
  void end() throws IOException {
    if (opened != null) {
      opened.close();
    }
  }

  private static CommandSpec root() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Terminal plain = Terminal.plain(true);
    Console console = new Console(nowhere, nowhere, plain, plain, Optional::empty, () -> null);
    return Deployctl.create(Wiring.services(Map.of(), console)).getCommandSpec();
  }

  @Test
  void noCommandAcceptsAnOptionOrAnArgumentThatItDoesNotUse() {
    List<String> unused = new ArrayList<>();
    int looked = 0;
    for (CommandLine subcommand : root().subcommands().values()) {
      CommandSpec spec = subcommand.getCommandSpec();
      if (!spec.userObject().getClass().getName().startsWith("dev.deployctl")) {
        continue;
      }
      OptionsInUse use = new OptionsInUse(spec.userObject().getClass());
      for (ArgSpec argument : spec.args()) {
        boolean ofAll =
            argument instanceof OptionSpec option
                && (option.inherited() || option.usageHelp() || option.versionHelp());
        if (!ofAll && argument.userObject() instanceof Field field) {
          looked++;
          if (!use.uses(field)) {
            unused.add(spec.name() + " " + name(argument));
          }
        }
      }
    }
    assertThat(looked).as("options and arguments").isGreaterThan(150);
    assertThat(unused).isEmpty();
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  @Test
  void rollbackRefusesOptionsOfBatches() throws Exception {
    CliFixture fixture = new CliFixture(directory, "web-1");
    opened = fixture;
    for (String option :
        List.of(
            "--batch-size=1",
            "--canary=1",
            "--pause=1s",
            "--bake=1s",
            "--max-failures=1",
            "--zones=spread",
            "--on-failure=stop")) {
      CliFixture.Finished finished = fixture.run("rollback", "blog", "--yes", option);
      assertThat(finished.exit()).as(option).isEqualTo(2);
      assertThat(finished.err()).contains(option.substring(0, option.indexOf('=')));
    }
    assertThat(fixture.host("web-1").asked()).isEmpty();
  }

  @Test
  void whatAnotherArgumentLeavesWithoutUseIsRefused() throws Exception {
    CliFixture fixture = new CliFixture(directory, "web-1");
    opened = fixture;
    for (String option : List.of("--hosts=web-1", "--zone=a", "--host-tag=App=blog")) {
      assertThat(fixture.run("bootstrap", "deploy@web-9", "--yes", option).err())
          .contains("narrows an app's hosts");
    }
    assertThat(fixture.run("hosts", "blog", "--explain", "--hosts=web-9").err())
        .contains("not a host of blog: 'web-9'");
    assertThat(fixture.runBare("config", "--schema", "blog").exit()).isEqualTo(2);
    assertThat(fixture.runBare("config", "--schema").exit()).isZero();
    Path file = directory.resolve("new.yml");
    CliFixture.Finished init =
        fixture.runBare("init", "--config=" + file, "--app=blog", "--region=eu-west-1");
    assertThat(init.exit()).isEqualTo(2);
    assertThat(init.err()).contains("--inventory ec2");
    assertThat(file).doesNotExist();
  }
}
