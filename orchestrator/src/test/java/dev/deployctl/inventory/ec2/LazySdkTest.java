package dev.deployctl.inventory.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.inventory.aws.AwsEnvironment;
import dev.deployctl.inventory.aws.AwsEnvironments;
import dev.deployctl.model.InventorySettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Commands without EC2 do not load the SDK, and its deprecation notice is not printed. */
final class LazySdkTest {
  /** Loads the classes of the program and of the SDK, and records their names. */
  private static final class Recorder extends URLClassLoader {
    private final List<String> loaded = Collections.synchronizedList(new ArrayList<>());

    Recorder(URL... places) {
      super(places, LazySdkTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.amazonaws.") || name.startsWith("dev.deployctl.inventory.")) {
        synchronized (getClassLoadingLock(name)) {
          Class<?> known = findLoadedClass(name);
          loaded.add(name);
          return known == null ? findClass(name) : known;
        }
      }
      return super.loadClass(name, resolve);
    }
  }

  @Test
  void theSdkIsLoadedWithTheFirstQuestionAndNotBefore() throws Exception {
    Consumer<String> nobody = warning -> {};
    try (Recorder recorder = new Recorder(place(Ec2Inventory.class), sdk())) {
      Class<?> type = recorder.loadClass(Ec2Inventory.class.getName());
      Class<?> world = recorder.loadClass(AwsEnvironment.class.getName());
      Class<?> timeouts = recorder.loadClass(AwsEnvironment.Timeouts.class.getName());
      var constructor = world.getConstructors()[0];
      Object environment =
          constructor.newInstance(
              Map.of(), Path.of("/nowhere"), null, nobody, timeouts.getField("DEFAULT").get(null));
      Object inventory =
          type.getConstructor(InventorySettings.Ec2.class, world)
              .newInstance(InventorySettings.Ec2.inRegions(List.of("eu-west-1")), environment);

      assertThat(type.getMethod("describe").invoke(inventory)).isEqualTo("EC2 eu-west-1");
      assertThat(recorder.loaded).noneMatch(name -> name.startsWith("com.amazonaws."));
    }
  }

  @Test
  void theAnnouncementOfItsEndIsNotPrinted() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Asking.class.getName())
            .redirectErrorStream(true)
            .start();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    process.getInputStream().transferTo(out);

    assertThat(process.waitFor()).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("no connection to EC2|EC2 in .* did not answer")
        .doesNotContain("end of support")
        .doesNotContain("end-of-support");
  }

  /** A program that queries an endpoint on a closed port. */
  static final class Asking {
    private Asking() {}

    public static void main(String[] args) {
      try {
        AwsEnvironments.inventory("http://127.0.0.1:9", "eu-west-1")
            .hosts(AwsEnvironments.query("App", "blog"));
      } catch (dev.deployctl.model.DeployException e) {
        System.out.println(e.getMessage());
      }
      System.exit(0);
    }
  }

  private static URL place(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private static URL sdk() throws ClassNotFoundException {
    return place(
        Class.forName(
            "com.amazonaws.services.ec2.AmazonEC2", false, LazySdkTest.class.getClassLoader()));
  }
}
