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
 * Resets a lab for the next test: hosts up and healthy, no transaction running, no app locked. So a
 * test does not depend on an earlier one, even on one that failed.
 */
final class LabReset {
  private static final String SCRIPT = "/usr/sbin/deployctl-host";

  /** The exit code of env for a program that does not exist. */
  private static final int NOT_INSTALLED = 127;

  private final Lab lab;

  private LabReset(Lab lab) {
    this.lab = lab;
  }

  static void await(Lab lab) throws InterruptedException {
    LabReset sound = new LabReset(lab);
    lab.run("start", "registry");
    lab.run("start", "etcd");
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

  /** Returns state, link, sshd, nginx and Docker of each host, as {@code lab status} shows them. */
  private Map<String, String> states() {
    Map<String, String> states = new TreeMap<>();
    for (String line : lab.run("status").lines().toList()) {
      String[] arguments = line.split(" +");
      if (arguments[0].startsWith("host")) {
        states.put(arguments[0], String.join(" ", Arrays.asList(arguments).subList(2, 7)));
      }
    }
    return states;
  }

  private Void host(String host, String state) throws InterruptedException {
    if (!state.equals("up ok up up up")) {
      lab.tryRun("start", host);
      lab.tryRun("resume", host);
      lab.tryRun("heal", host);
      lab.tryRun("slow", host, "off");
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

  /** Returns whether a transaction runs; ends locks without one. */
  private boolean busy(String host) {
    ProgramResult said = lab.tryRun("exec", host, SCRIPT, "status", "--output=ndjson");
    if (said.exit() == NOT_INSTALLED) {
      lab.run("install", host);
    }
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
