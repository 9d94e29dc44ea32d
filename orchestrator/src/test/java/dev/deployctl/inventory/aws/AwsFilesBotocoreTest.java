package dev.deployctl.inventory.aws;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.inventory.ec2.MotoServer;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Profile files lead to the credentials that the AWS CLI finds in them, or to a refusal. */
final class AwsFilesBotocoreTest {
  @TempDir Path directory;

  private final FakeEc2 ec2 = new FakeEc2();
  private final FakeSts sts = new FakeSts();

  AwsFilesBotocoreTest() throws IOException {}

  @AfterEach
  void end() {
    ec2.close();
    sts.close();
  }

  @ParameterizedTest
  @MethodSource("dev.deployctl.inventory.aws.AwsFilesTable#rows")
  void deployctlFindsThem(AwsFilesTable.Row row) throws IOException {
    Path home = home(row, "home");
    List<String> warnings = new ArrayList<>();
    Ec2Inventory inventory =
        new Ec2Inventory(
            InventorySettings.Ec2.inRegions(List.of("eu-west-1")),
            new AwsEnvironment(
                variables(row, home), home, null, warnings::add, AwsEnvironment.Timeouts.DEFAULT));
    String found;
    try {
      inventory.hosts(query("App", "blog"));
      Map<String, String> request = ec2.requests().getLast();
      String token = request.get("token");
      found = request.get("key") + (token == null || token.equals("null") ? "" : " " + token);
    } catch (DeployException e) {
      assertThat(ec2.requests()).as("nobody was asked").isEmpty();
      assertThat(e.getMessage()).isNotBlank();
      found = row.result().equals("none") ? "none" : "refused";
    }

    assertThat(found.replaceAll("ASIAROLE\\d+", "ASIAROLE")).isEqualTo(row.result());
    assertThat(warnings).isEmpty();
  }

  /** The table itself, against the library of the AWS CLI. */
  @Test
  void botocoreFindsThem() throws IOException, InterruptedException {
    Path python = MotoServer.python("botocore.session");
    List<Map<String, String>> cases = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (AwsFilesTable.Row row : AwsFilesTable.rows()) {
      cases.add(variables(row, home(row, "home" + cases.size())));
      expected.add(row.name() + ": " + row.result());
    }
    Path script = directory.resolve("answers.py");
    try (var in = getClass().getResourceAsStream("/inventory/botocore-answers.py")) {
      Files.write(script, in.readAllBytes());
    }
    Path errors = directory.resolve("errors");
    Process process =
        new ProcessBuilder(python.toString(), script.toString())
            .redirectError(errors.toFile())
            .start();
    try (var out = process.getOutputStream()) {
      out.write(new ObjectMapper().writeValueAsBytes(cases));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    List<String> answers = new ArrayList<>();
    for (var answer : new ObjectMapper().readTree(said)) {
      answers.add(
          AwsFilesTable.rows().get(answers.size()).name()
              + ": "
              + answer.asText().replaceAll("ASIAROLE\\d+", "ASIAROLE"));
    }

    assertThat(answers).as(Files.readString(errors)).isEqualTo(expected);
  }

  private Path home(AwsFilesTable.Row row, String name) throws IOException {
    Path home = directory.resolve(name);
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(home.resolve(".aws/config"), row.config().replace("HOME", home.toString()));
    Files.writeString(home.resolve(".aws/credentials"), row.credentials());
    Path program = home.resolve("program");
    Files.writeString(
        program,
        "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"AKIDPROG\",\"SecretAccessKey\":\"s\",'"
            + "'\"Expiration\":\"2036-01-01T00:00:00'\"$1\"'\"}'\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  private Map<String, String> variables(AwsFilesTable.Row row, Path home) {
    Map<String, String> variables = new HashMap<>(row.variables());
    variables.put("HOME", home.toString());
    variables.put("PATH", System.getenv("PATH"));
    variables.put("AWS_DEFAULT_REGION", "eu-west-1");
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    variables.put("AWS_ENDPOINT_URL_EC2", ec2.endpoint());
    variables.put("AWS_ENDPOINT_URL_STS", sts.endpoint());
    return variables;
  }
}
