package dev.deployctl.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Brings the lab back to where every test may begin: hosts up and well, nothing under way on them,
 * no app locked. So what a test did to the lab stays its own, also of one that failed in the
 * middle.
 */
final class SoundLab {
  private static final String SCRIPT = "/usr/sbin/deployctl-host";

  private final Lab lab;

  private SoundLab(Lab lab) {
    this.lab = lab;
  }

  static void await(Lab lab) throws InterruptedException {
    SoundLab sound = new SoundLab(lab);
    lab.does("start", "registry");
    lab.does("start", "etcd");
    try (var hosts = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      sound.states().forEach((host, state) -> all.add(hosts.submit(() -> sound.host(host, state))));
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException failed) {
      throw new AssertionError("the lab is in no state for a test", failed.getCause());
    }
  }

  /** State, link, sshd, nginx and Docker of each host, as {@code lab status} shows them. */
  private Map<String, String> states() {
    Map<String, String> states = new TreeMap<>();
    for (String line : lab.does("status").lines().toList()) {
      String[] words = line.split(" +");
      if (words[0].startsWith("host")) {
        states.put(words[0], String.join(" ", Arrays.asList(words).subList(2, 7)));
      }
    }
    return states;
  }

  private Void host(String host, String state) throws InterruptedException {
    if (!state.equals("up ok up up up")) {
      lab.tries("start", host);
      lab.tries("resume", host);
      lab.tries("heal", host);
      lab.tries("slow", host, "off");
    }
    if (lab.tries("exec", host, "test", "-x", SCRIPT).exit() != 0) {
      lab.does("install", host);
    }
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (busy(host)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(host + " is busy and does not end");
      }
      Thread.sleep(500);
    }
    return null;
  }

  /** Whether something is under way; takes away what is only locked. */
  private boolean busy(String host) {
    Finished said = lab.tries("exec", host, SCRIPT, "status", "--output=ndjson");
    if (said.exit() != 0) {
      return true;
    }
    boolean busy = false;
    for (String line : said.out().lines().toList()) {
      JsonNode app = event(line);
      if (app.path("state").asText().equals("busy")) {
        busy = true;
      } else if (app.path("lock").isObject()) {
        lab.unlock(app.path("app").asText(), host);
      }
    }
    return busy;
  }

  private static JsonNode event(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (JsonProcessingException unreadable) {
      throw new AssertionError(line, unreadable);
    }
  }
}
