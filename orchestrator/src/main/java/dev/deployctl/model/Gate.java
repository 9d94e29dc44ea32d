package dev.deployctl.model;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition that a rollout must meet before it continues.
 *
 * @param name what people call it
 * @param after the batches that it follows
 * @param timeout the time for one answer
 * @param hold how long the answer must stay good; zero for one answer
 */
public record Gate(String name, After after, Duration timeout, Duration hold, Check check) {
  /** The batches that a gate follows. */
  public enum After {
    /** The canary alone. */
    CANARY,
    /** Every batch but the canary. */
    BATCH,
    /** Every batch, the canary included. */
    EACH
  }

  /** The thing that is asked. */
  public sealed interface Check {
    /** Returns the time for an answer where the configuration gives none. */
    default Duration timeout() {
      return Duration.ofSeconds(30);
    }
  }

  /** A command on the workstation: exit code 0 is a yes. No shell reads its words. */
  public record Command(List<String> words) implements Check {
    public Command {
      words = List.copyOf(words);
    }

    @Override
    public Duration timeout() {
      return Duration.ofMinutes(10);
    }
  }

  /** An HTTP address: an answer with a status of 2xx is a yes. */
  public record Url(URI address) implements Check {}

  /**
   * Alarms of CloudWatch: all of them must be OK.
   *
   * @param region the region of the alarms; null for that of the inventory
   */
  public record Alarm(List<String> names, @Nullable String region) implements Check {
    public Alarm {
      names = List.copyOf(names);
    }
  }

  /** A question to the person at the terminal. */
  public record Question(String text) implements Check {
    @Override
    public Duration timeout() {
      return Duration.ofHours(1);
    }
  }

  /** Returns whether it follows a batch. */
  public boolean follows(boolean canary) {
    return switch (after) {
      case CANARY -> canary;
      case BATCH -> !canary;
      case EACH -> true;
    };
  }

  /** Returns the word of the configuration for what is asked. */
  public String kind() {
    return switch (check) {
      case Command _ -> "command";
      case Url _ -> "url";
      case Alarm _ -> "alarm";
      case Question _ -> "question";
    };
  }

  /** Returns whether only a person can answer it. */
  public boolean asksPerson() {
    return check instanceof Question;
  }
}
