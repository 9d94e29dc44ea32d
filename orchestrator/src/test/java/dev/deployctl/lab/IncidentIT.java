package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that find out what is wrong: status of all apps, traffic, why. */
@LabTest
class IncidentIT {
  private static final String[] HOSTS = {"host1", "host2", "host3"};

  @TempDir Path directory;
  private Workstation laptop;

  @BeforeEach
  void deployV1(Lab lab) throws Exception {
    laptop = Workstation.of(lab, directory, HOSTS);
    laptop.deploy("blog", "v1");
  }

  @Test
  void aReleaseThatTheKernelKillsIsNamedWithItsHostAndOtherHostsKeepTheOldOne(Lab lab) {
    ProgramResult rollout =
        laptop.tryRun("rollout", "blog", "--tag", "v13-oom", "--yes", "--hosts", "host2");
    assertThat(rollout.exit()).as(rollout.output()).isEqualTo(1);

    String why = laptop.run("why", "blog", "--around", "10m").out();

    assertThat(why.substring(why.indexOf("What stands out:"), why.indexOf("\n\n")))
        .containsPattern("host2  .*out of memory, killed by the kernel");
    assertThat(why).containsPattern("host2  deploy of v13-oom by \\w+ began");
    assertThat(laptop.run("traffic", "blog").out()).contains("v1: ").doesNotContain("v13-oom");
    assertThat(laptop.tryRun("status").out()).containsPattern("blog +ok +3/3 +v1");
  }

  @Test
  void statusOfAllAppsNamesWhatRunsAnotherRelease(Lab lab) throws Exception {
    laptop.run("rollout", "blog", "--tag", "v2", "--yes", "--hosts", "host2");

    ProgramResult status = laptop.tryRun("status", "--json");

    JsonNode blog = new ObjectMapper().nullNode();
    for (String line : status.out().lines().toList()) {
      JsonNode object = new ObjectMapper().readTree(line);
      if (object.path("app").asText().equals("blog")) {
        blog = object;
      }
    }
    assertThat(blog.path("state").asText()).isEqualTo("mixed");
    assertThat(blog.path("ok").asInt()).isEqualTo(3);
    assertThat(laptop.tryRun("status").out()).contains("v2 on host2; v1 on the other 2");
  }
}
