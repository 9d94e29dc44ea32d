package dev.deployctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.ec2.FakeEc2;
import dev.deployctl.inventory.ec2.FakeInstance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What short commands load and allocate, which unlike times is the same on any machine. */
class StartUpTest {
  private static final Pattern LOADED = Pattern.compile("(\\S+) source: .*");
  private static final Pattern USED = Pattern.compile("DefNew .*used (\\d+)K.*");

  @TempDir private Path directory;

  @BeforeEach
  void project() throws IOException {
    Files.writeString(
        directory.resolve("deployctl.yml"),
        "inventory: { file: hosts.yml }\napps: { blog: { hosts: { App: blog } } }\n");
    Files.writeString(
        directory.resolve("hosts.yml"), "hosts: [{ name: web-1, tags: { App: blog } }]\n");
  }

  /** The classes that a process of the program loaded, and what it allocated. */
  private record Started(String out, List<String> classes, int kibibytes) {
    List<String> of(String prefix) {
      return classes.stream().filter(name -> name.startsWith(prefix)).toList();
    }
  }

  private Started start(String... arguments) throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmn128m",
                "-Xlog:class+load,gc+exit:file=" + log + "::filecount=0",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .putAll(Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "example"));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    List<String> classes = new ArrayList<>();
    int kibibytes = -1;
    for (String line : Files.readAllLines(log)) {
      String text = line.substring(line.lastIndexOf("] ") + 2).strip();
      Matcher loaded = LOADED.matcher(text);
      Matcher used = USED.matcher(text);
      if (loaded.matches()) {
        classes.add(loaded.group(1));
      } else if (used.matches()) {
        kibibytes = Integer.parseInt(used.group(1));
      }
    }
    return new Started(out, classes, kibibytes);
  }

  @Test
  void versionIsToldWithoutACommandLine() throws Exception {
    Started version = start("--version");
    assertThat(version.out()).startsWith("deployctl ");
    assertThat(version.of("picocli.CommandLine$Model")).isEmpty();
    assertThat(version.of("dev.deployctl.")).hasSizeBetween(5, 60);
    assertThat(version.classes()).hasSizeLessThan(1100);
    assertThat(version.kibibytes()).isBetween(500, 16_000);
  }

  @Test
  void hostsOfAFileLoadNeitherSshNorEc2NorALogger() throws Exception {
    Started hosts = start("hosts", "blog");
    assertThat(hosts.out()).contains("web-1");
    for (String unused :
        List.of(
            "com.amazonaws",
            "net.schmizz",
            "com.hierynomus",
            "org.bouncycastle",
            "org.slf4j",
            "com.fasterxml.jackson.databind",
            "javax.crypto.Cipher",
            "dev.deployctl.rollout.",
            "dev.deployctl.hooks",
            "dev.deployctl.output.report")) {
      assertThat(hosts.of(unused)).as(unused).isEmpty();
    }
    assertThat(hosts.classes()).hasSizeBetween(1000, 2400);
    assertThat(hosts.kibibytes()).isBetween(1_000, 36_000);
  }

  @Test
  void hostsOfAFileStartNoProcess() throws Exception {
    assertThat(start("hosts", "blog").of("java.lang.ProcessHandleImpl")).isEmpty();
  }

  @Test
  void hostsOnEc2LoadNeitherTheWholeClientNorTlsNorTheListOfRegions() throws Exception {
    try (FakeEc2 ec2 = new FakeEc2(FakeInstance.of("i-1", "Name=web-1", "App=blog"))) {
      Files.writeString(
          directory.resolve("deployctl.yml"),
          """
          inventory: { ec2: { regions: [eu-west-1], address: [name], endpoint: "%s" } }
          apps: { blog: { hosts: { App: blog } } }
          """
              .formatted(ec2.endpoint()));

      Started hosts = start("hosts", "blog");

      assertThat(hosts.out()).contains("web-1");
      assertThat(ec2.requests()).hasSize(1);
      for (String unused :
          List.of(
              "com.amazonaws.services.ec2.AmazonEC2Client",
              "com.amazonaws.services.ec2.model.transform.InstanceStaxUnmarshaller",
              "com.amazonaws.partitions",
              "sun.security.ssl.SSLContextImpl",
              "sun.security.x509.X509CertImpl",
              "com.sun.management.internal.DiagnosticCommandImpl",
              "java.lang.ProcessHandleImpl")) {
        assertThat(hosts.of(unused)).as(unused).isEmpty();
      }
      assertThat(hosts.classes()).hasSizeBetween(2500, 5000);
    }
  }
}
