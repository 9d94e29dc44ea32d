package dev.deployctl.output.tables;

import dev.deployctl.event.AnswerEvents.Status;
import dev.deployctl.event.HostValues.Serving;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.Host;
import dev.deployctl.output.report.SourceText;
import dev.deployctl.output.terminal.Colour;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The source of the live image of each app, where labels of the image name it. */
final class LiveSources {
  private static final String UNKNOWN = "not known";

  private final Map<String, Map<String, List<Host>>> apps = new LinkedHashMap<>();

  LiveSources(List<HostResult> results) {
    for (HostResult result : results) {
      if (result instanceof HostResult.Answered answered) {
        answered.events(Status.class).forEach(status -> add(answered.host(), status));
      }
    }
  }

  private void add(Host host, Status status) {
    Serving serving = status.serving();
    if (serving != null) {
      apps.computeIfAbsent(status.app(), _ -> new LinkedHashMap<>())
          .computeIfAbsent(SourceText.of(serving.labels()).orElse(UNKNOWN), _ -> new ArrayList<>())
          .add(host);
    }
  }

  /** Prints them; which hosts have which, where they differ. */
  void print(Page page, HostNames names) {
    apps.forEach(
        (app, sources) -> {
          if (sources.keySet().stream().allMatch(UNKNOWN::equals)) {
            return;
          }
          String text =
              sources.size() == 1
                  ? sources.keySet().iterator().next()
                  : sources.entrySet().stream()
                      .map(one -> one.getKey() + " on " + names.of(one.getValue()))
                      .collect(Collectors.joining("; "));
          String label = apps.size() == 1 ? "source" : "source of " + app;
          page.words(page.line(" ").add(Colour.FAINT, label).add("  "), text);
        });
  }
}
