package dev.deployctl.placement;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.HostEvent;
import dev.deployctl.event.HostValues.ReservedMemory;
import dev.deployctl.event.InspectionEvents.Capacity;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import java.util.List;
import java.util.Optional;

/**
 * The answers of hosts about their memory, for the placement of one app.
 *
 * @param answers to {@code status --capacity}
 */
public record CapacityAnswers(App app, List<HostResult> answers) {
  public CapacityAnswers {
    answers = List.copyOf(answers);
  }

  /** Returns the capacity of each host. */
  public List<HostCapacity> capacities() {
    return answers.stream().map(this::capacity).toList();
  }

  /** Returns how many instances of the web part the live releases have together; 0 for none. */
  public int instances() {
    return answers.stream()
        .flatMap(answer -> events(answer, Status.class).stream())
        .filter(status -> status.app().equals(app.name()) && status.serving() != null)
        .mapToInt(Status::wanted)
        .sum();
  }

  /** Returns the largest memory limit of a running container of the app; empty without any. */
  public Optional<MemorySize> largest() {
    return answers.stream()
        .flatMap(answer -> events(answer, Capacity.class).stream())
        .map(this::own)
        .mapToLong(ReservedMemory::largest)
        .filter(bytes -> bytes > 0)
        .mapToObj(MemorySize::new)
        .max(MemorySize::compareTo);
  }

  private HostCapacity capacity(HostResult answer) {
    String problem = answer.problem();
    if (problem != null) {
      return HostCapacity.unknown(answer.host(), problem);
    }
    List<Capacity> events = events(answer, Capacity.class);
    if (events.isEmpty()) {
      return HostCapacity.unknown(
          answer.host(), "its deployctl-host is too old to tell the memory of the host");
    }
    Capacity told = events.getFirst();
    ReservedMemory own = own(told);
    Long total = told.total();
    return new HostCapacity(
        answer.host(),
        events(answer, Status.class).stream().anyMatch(one -> one.app().equals(app.name())),
        own.containers(),
        total == null ? null : total - (told.reserved() - own.reserved()),
        told.available(),
        total == null ? "its kernel does not tell its memory" : null);
  }

  private ReservedMemory own(Capacity told) {
    return told.apps().stream()
        .filter(one -> one.app().equals(app.name()))
        .findFirst()
        .orElse(new ReservedMemory(app.name(), 0, 0, 0));
  }

  private static <T extends HostEvent> List<T> events(HostResult answer, Class<T> type) {
    return answer instanceof HostResult.Answered done ? done.events(type) : List.of();
  }
}
