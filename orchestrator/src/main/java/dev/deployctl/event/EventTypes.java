package dev.deployctl.event;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The types of events by the names of their records: {@code StepStarted} is step.started. */
final class EventTypes {
  /** Types that say no more than that an answer is complete, and share a record. */
  private static final List<String> FINISHED =
      List.of(
          "status.finished",
          "history.finished",
          "logs.finished",
          "recover.finished",
          "remove.finished",
          "schedules.finished",
          "timeline.finished",
          "traffic.finished");

  private static final Map<String, Class<?>> RECORDS = new HashMap<>();
  private static final Map<Class<?>, String> TYPES = new HashMap<>();

  static {
    for (Class<?> record : HostEvent.class.getPermittedSubclasses()) {
      if (record == AnswerEvents.Refused.class) {
        add("error", record);
      } else if (record == AnswerEvents.Finished.class) {
        FINISHED.forEach(type -> add(type, AnswerEvents.Finished.class));
      } else if (record != HostEvent.Unknown.class) {
        add(RecordField.separated(record.getSimpleName(), '.'), record);
      }
    }
  }

  private EventTypes() {}

  /** Returns the record of a type of event; null for a type that has none. */
  static @Nullable Class<?> recordOf(String type) {
    return RECORDS.get(type);
  }

  /** Returns the type of a record; of those that share one, any. */
  static String of(Class<?> record) {
    return Objects.requireNonNull(TYPES.get(record));
  }

  private static void add(String type, Class<?> record) {
    RECORDS.put(type, record);
    TYPES.put(record, type);
  }
}
