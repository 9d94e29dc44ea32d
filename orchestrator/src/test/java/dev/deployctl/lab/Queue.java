package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The queue of the sample app's workers: a Redis beside the hosts, which redelivers unfinished
 * jobs.
 */
final class Queue {
  private static final long LONGEST_SECONDS = 120;

  private final String address;

  private Queue(Lab lab) {
    this.address = lab.run("ip", "redis");
  }

  /** Returns the lab's queue, empty. */
  static Queue empty(Lab lab) {
    lab.run("start", "redis");
    Queue queue = new Queue(lab);
    queue.ask("FLUSHALL");
    return queue;
  }

  /** Returns the value of the sample app's variable {@code APP_QUEUE}. */
  String address() {
    return address + ":6379";
  }

  String ask(String... words) {
    List<String> command = new ArrayList<>(List.of("redis-cli", "-h", address));
    command.addAll(List.of(words));
    ProgramResult finished = ProgramRunner.run(java.nio.file.Path.of("."), Map.of(), command);
    assertThat(finished.exit()).as(finished.output()).isZero();
    return finished.out().stripTrailing();
  }

  /** Adds jobs with numbers from {@code first} on, each of which takes so many milliseconds. */
  void add(int first, int jobs, int milliseconds) {
    ask(
        "EVAL",
        "for n = ARGV[1], ARGV[1] + ARGV[2] - 1 do redis.call('XADD', 'jobs', '*', 'n', n, 'ms',"
            + " ARGV[3]) end",
        "0",
        Integer.toString(first),
        Integer.toString(jobs),
        Integer.toString(milliseconds));
  }

  /** Returns how often each job was finished, by number. */
  Map<Integer, Integer> finished() {
    List<String> words = ask("HGETALL", "done").lines().filter(line -> !line.isBlank()).toList();
    Map<Integer, Integer> found = new HashMap<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      found.put(Integer.parseInt(words.get(i)), Integer.parseInt(words.get(i + 1)));
    }
    return found;
  }

  /** Returns the jobs that workers have taken and not finished. */
  int inHand() {
    return Integer.parseInt(ask("XPENDING", "jobs", "workers").lines().findFirst().orElse("0"));
  }

  /** Waits until so many jobs are finished. */
  void awaitFinished(int jobs) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (finished().size() < jobs) {
      assertThat(System.nanoTime()).as("%s of %d jobs", finished(), jobs).isLessThan(end);
      Thread.sleep(100);
    }
  }

  /** Returns how often a migration was run, by the version of its image. */
  String migrations(String version) {
    return ask("HGET", "migrations", version);
  }
}
