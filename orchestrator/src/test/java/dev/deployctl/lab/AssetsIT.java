package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pages of one release whose assets are asked for on hosts of the other: a load balancer sends
 * every request where it likes.
 */
@LabTest
class AssetsIT {
  private static final String[] SIX = {"host1", "host2", "host3", "host4", "host5", "host6"};
  private static final int READERS = 3;

  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final Map<String, String> definitions = new LinkedHashMap<>();

  @BeforeEach
  void servesAssetsFromDisk(Lab lab) {
    for (String host : SIX) {
      addresses.put(host, lab.run("ip", host));
      definitions.put(host, lab.run("exec", host, "cat", "/etc/deployctl/apps/blog.conf"));
      define(
          lab, host, definitions.get(host) + "\n[assets]\npath = /public/assets\nurl = /assets/\n");
    }
  }

  @AfterEach
  void servesThemNoMore(Lab lab) {
    definitions.forEach((host, text) -> define(lab, host, text + "\n"));
  }

  @Test
  void noAssetOfEitherReleaseIsMissingOnAnyHostDuringARollout(Lab lab, @TempDir Path directory)
      throws Exception {
    Workstation laptop = Workstation.of(lab, directory, SIX);
    laptop.deploy("blog", "v30-assets");
    Readers readers = new Readers(addresses.values());
    try (Load load = Load.light(lab, directory, "blog", SIX)) {
      readers.begin();
      for (String tag : new String[] {"v31-assets", "v30-assets"}) {
        laptop.run("rollout", "blog", "--tag", tag, "--yes", "--batch-size", "2");
      }
      readers.end();
      load.stopWithoutLoss();
    } finally {
      readers.end();
    }
    assertThat(readers.missing()).isEmpty();
    assertThat(readers.versions()).containsExactly("v30-assets", "v31-assets");
    assertThat(readers.assets()).isGreaterThan(1_000);
    System.out.println(
        "assets, 12 switches on 6 hosts: " + readers.assets() + " requests for assets, none lost");
  }

  private static void define(Lab lab, String host, String text) {
    String path = "/etc/deployctl/apps/blog.conf";
    lab.run("exec", host, "bash", "-c", "printf '%s' \"$1\" >" + path, "define", text);
  }

  /** Load a page from one host, and the asset that it names from all of them, over and over. */
  private static final class Readers {
    private final List<String> addresses;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger assets = new AtomicInteger();
    private final Collection<String> missing = new ConcurrentLinkedQueue<>();
    private final Collection<String> versions = new ConcurrentLinkedQueue<>();

    Readers(Collection<String> addresses) {
      this.addresses = List.copyOf(addresses);
    }

    void begin() {
      for (int reader = 0; reader < READERS; reader++) {
        int first = reader;
        threads.add(Thread.ofVirtual().start(() -> read(first)));
      }
    }

    private void read(int first) {
      for (int turn = first; !ended.get(); turn++) {
        String page = get(addresses.get(turn % addresses.size()), "/");
        int begin = page.indexOf("version=");
        if (begin < 0) {
          missing.add("a page: " + page);
          continue;
        }
        String version = page.substring(begin + "version=".length(), page.indexOf(' ', begin));
        if (!versions.contains(version)) {
          versions.add(version);
        }
        for (String address : addresses) {
          String answer = get(address, "/assets/app-" + version + ".js");
          assets.incrementAndGet();
          if (!answer.startsWith("HTTP/1.1 200 ")) {
            missing.add(version + " on " + address + ": " + answer.lines().findFirst().orElse(""));
          }
        }
      }
    }

    private static String get(String address, String path) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address, 80), 5_000);
        socket.setSoTimeout(10_000);
        String request = "GET " + path + " HTTP/1.1\r\nHost: blog.lab\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException lost) {
        return String.valueOf(lost);
      }
    }

    void end() throws InterruptedException {
      ended.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }

    int assets() {
      return assets.get();
    }

    Collection<String> missing() {
      return missing;
    }

    Collection<String> versions() {
      return new TreeSet<>(versions);
    }
  }
}
