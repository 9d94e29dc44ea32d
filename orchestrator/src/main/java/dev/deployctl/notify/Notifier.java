package dev.deployctl.notify;

import dev.deployctl.config.Notifications;
import dev.deployctl.model.App;
import dev.deployctl.rollout.outcome.EventSink;
import dev.deployctl.rollout.outcome.RolloutEvent;
import dev.deployctl.rollout.outcome.RolloutOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells Slack and GitHub how a rollout goes. A thread of its own sends, always the latest state, so
 * that a slow service holds up nothing. What cannot be told is a warning at the end.
 */
public final class Notifier implements EventSink {
  /** Services limit how often a message is updated. */
  private static final Duration PACE = Duration.ofSeconds(3);

  private static final Duration LONGEST_END = Duration.ofSeconds(20);

  private final List<Channel> channels;
  private final Duration pace;
  private final Semaphore news = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Set<String> warnings = new LinkedHashSet<>();
  private volatile Story story;
  private @Nullable Thread sender;

  /**
   * @param command the command that runs: {@code rollout}, {@code restart} or {@code rollback}
   * @param environment the environment that the user chose, or null
   * @param by who runs it
   */
  public Notifier(
      Notifications settings, String command, App app, @Nullable String environment, String by) {
    this(channels(settings), PACE, new Story.About(command, app, environment, by));
  }

  Notifier(List<Channel> channels, Duration pace, Story.About about) {
    this.channels = channels;
    this.pace = pace;
    this.story = Story.of(about);
  }

  private static List<Channel> channels(Notifications settings) {
    List<Channel> channels = new ArrayList<>();
    if (settings.slack() != null) {
      channels.add(new SlackChannel(settings.slack()));
    }
    if (settings.github() != null) {
      channels.add(new GitHubDeployments(settings.github()));
    }
    return channels;
  }

  /** Returns a sink that tells another one first. */
  public EventSink beside(EventSink first) {
    return channels.isEmpty()
        ? first
        : event -> {
          first.tell(event);
          tell(event);
        };
  }

  /** Begins to tell: from here on hosts are changed. */
  public void begin() {
    if (!channels.isEmpty()) {
      news.release();
      sender = Thread.ofPlatform().daemon().name("notifier").start(this::send);
    }
  }

  @Override
  public synchronized void tell(RolloutEvent event) {
    Story next = story.after(event);
    if (!next.equals(story)) {
      story = next;
      news.release();
    }
  }

  /** Tells the end. Returns what could not be told, as sentences for the user. */
  public List<String> end(RolloutOutcome outcome) throws InterruptedException {
    Thread sending = sender;
    if (sending == null) {
      return List.of();
    }
    synchronized (this) {
      story = story.endedBy(outcome);
      news.release();
    }
    ended.countDown();
    try {
      if (!sending.join(LONGEST_END)) {
        warn("the last message could not be sent within " + LONGEST_END.toSeconds() + " s");
      }
    } finally {
      sending.interrupt();
    }
    synchronized (warnings) {
      return List.copyOf(warnings);
    }
  }

  private void send() {
    try {
      while (true) {
        news.acquire();
        int _ = news.drainPermits();
        Story now = story;
        for (Channel channel : channels) {
          tell(channel, now);
        }
        if (now.outcome() != null) {
          return;
        }
        boolean _ = ended.await(pace.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Channel channel, Story now) throws InterruptedException {
    try {
      channel.tell(now);
    } catch (NotTold failed) {
      warn(channel.name() + " " + failed.getMessage());
    } catch (RuntimeException broken) {
      warn(channel.name() + " could not be told: " + broken.getClass().getSimpleName());
    }
  }

  private void warn(String text) {
    synchronized (warnings) {
      warnings.add(text);
    }
  }
}
