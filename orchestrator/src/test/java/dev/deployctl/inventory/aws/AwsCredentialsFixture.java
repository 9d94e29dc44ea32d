package dev.deployctl.inventory.aws;

import static dev.deployctl.inventory.aws.AwsEnvironments.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.deployctl.inventory.ec2.Ec2Inventory;
import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.InventorySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A home directory and an environment, and endpoints that record the credentials they receive. */
abstract class AwsCredentialsFixture {
  @TempDir Path home;

  final Map<String, String> variables = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  @Nullable String code = "123456";
  @Nullable String profile;
  @Nullable String roleArn;
  final FakeEc2 ec2;
  final FakeSts sts;

  AwsCredentialsFixture() throws IOException {
    ec2 = new FakeEc2();
    sts = new FakeSts();
    variables.put("AWS_ENDPOINT_URL_EC2", ec2.endpoint());
    variables.put("AWS_ENDPOINT_URL_STS", sts.endpoint());
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    variables.put("PATH", System.getenv("PATH"));
  }

  @AfterEach
  void end() {
    ec2.close();
    sts.close();
  }

  /** Queries EC2, and returns the last request that it received. */
  Map<String, String> request() {
    inventory().hosts(query("App", "blog"));
    return ec2.requests().getLast();
  }

  DeployException failure() {
    DeployException e =
        catchThrowableOfType(DeployException.class, () -> inventory().hosts(query("App", "blog")));
    assertThat(e).as("it did not fail").isNotNull();
    return e;
  }

  Ec2Inventory inventory() {
    return inventory(warning -> {});
  }

  Ec2Inventory inventory(Consumer<String> warnings) {
    String answer = code;
    return new Ec2Inventory(
        new InventorySettings.Ec2(
            List.of("eu-west-1"), Map.of(), List.of(), profile, roleArn, null, null, false),
        new AwsEnvironment(
            variables,
            home,
            answer == null
                ? null
                : device -> {
                  asked.add(device);
                  return answer;
                },
            warnings,
            AwsEnvironment.Timeouts.DEFAULT));
  }

  void config(String text) {
    write("config", text);
  }

  void credentials(String text) {
    write("credentials", text);
  }

  private void write(String name, String text) {
    try {
      Files.createDirectories(home.resolve(".aws"));
      Files.writeString(home.resolve(".aws").resolve(name), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  Path script(String name, String body) throws IOException {
    Path file = Files.createDirectories(home.resolve("bin dir")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
