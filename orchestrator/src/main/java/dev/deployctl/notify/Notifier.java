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
 * Notifies Slack and GitHub of the progress of a rollout. A thread of its own sends, always the
 * latest state, so that a slow service holds up nothing. A failed notification is a warning at the
 * end.
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
  private volatile NotificationState state;
  private @Nullable Thread sender;

  /**
   * @param command the command that runs: {@code rollout}, {@code restart} or {@code rollback}
   * @param environment the environment that the user chose, or null
   * @param by who runs it
   */
  public Notifier(
      Notifications settings, String command, App app, @Nullable String environment, String by) {
    this(channels(settings), PACE, new NotificationState.About(command, app, environment, by));
  }

  Notifier(List<Channel> channels, Duration pace, NotificationState.About about) {
    this.channels = channels;
    this.pace = pace;
    this.state = NotificationState.of(about);
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

  /** Returns a sink that passes events to another one first. */
  public EventSink beside(EventSink first) {
    return channels.isEmpty()
        ? first
        : event -> {
          first.tell(event);
          tell(event);
        };
  }

  /** Begins to notify: from here on hosts are changed. */
  public void begin() {
    if (!channels.isEmpty()) {
      news.release();
      sender = Thread.ofPlatform().daemon().name("notifier").start(this::send);
    }
  }

  @Override
  public synchronized void tell(RolloutEvent event) {
    NotificationState next = state.after(event);
    if (!next.equals(state)) {
      state = next;
      news.release();
    }
  }

  /** Sends the outcome. Returns the failures to notify, as sentences for the user. */
  public List<String> end(RolloutOutcome outcome) throws InterruptedException {
    Thread sending = sender;
    if (sending == null) {
      return List.of();
    }
    synchronized (this) {
      state = state.endedBy(outcome);
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
        NotificationState now = state;
        for (Channel channel : channels) {
          send(channel, now);
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

  private void send(Channel channel, NotificationState now) throws InterruptedException {
    try {
      channel.send(now);
    } catch (NotificationException failed) {
      warn(channel.name() + " " + failed.getMessage());
    } catch (RuntimeException broken) {
      warn(channel.name() + " could not be notified: " + broken.getClass().getSimpleName());
    }
  }

  private void warn(String text) {
    synchronized (warnings) {
      warnings.add(text);
    }
  }
}
