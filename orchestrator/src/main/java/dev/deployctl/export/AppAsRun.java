package dev.deployctl.export;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.LiveRelease;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An app as its hosts define and run it.
 *
 * @param definition of the hosts that run the image
 * @param image the image that most hosts run, by digest
 * @param label the tag that it was deployed by, or its release
 * @param hosts how many hosts answered
 * @param instances the containers of each part on all hosts together
 * @param variables the names in the environment
 * @param remarks where the hosts do not agree
 */
public record AppAsRun(
    App app,
    Definition definition,
    String image,
    String label,
    int hosts,
    Map<String, Integer> instances,
    SortedSet<String> variables,
    List<Remark> remarks) {
  public AppAsRun {
    instances = Collections.unmodifiableMap(new TreeMap<>(instances));
    variables = Collections.unmodifiableSortedSet(new TreeSet<>(variables));
    remarks = List.copyOf(remarks);
  }

  /** The definition of a host. */
  private record Answer(Host host, Definition definition, LiveRelease live) {}

  /**
   * Puts together what the hosts answered.
   *
   * @throws DeployException no host that answered has a live release
   */
  public static AppAsRun of(App app, List<HostResult> results) {
    List<Answer> answers = new ArrayList<>();
    List<Host> silent = new ArrayList<>();
    List<Host> idle = new ArrayList<>();
    for (HostResult result : results) {
      Definition definition = definition(result);
      LiveRelease live = definition == null ? null : definition.live();
      if (definition == null) {
        silent.add(result.host());
      } else if (live == null) {
        idle.add(result.host());
      } else {
        answers.add(new Answer(result.host(), definition, live));
      }
    }
    if (answers.isEmpty()) {
      throw new DeployException(
          FailureKind.CONFIG,
          "no host answered with a live release of " + app + "; nothing was written",
          "deployctl status " + app + " shows its hosts; deploy it first");
    }
    return of(app, answers, silent, idle);
  }

  private static AppAsRun of(App app, List<Answer> answers, List<Host> silent, List<Host> idle) {
    Map<String, List<Answer>> byDigest =
        answers.stream()
            .collect(
                Collectors.groupingBy(
                    answer -> answer.live().digest(), LinkedHashMap::new, Collectors.toList()));
    List<Answer> most =
        byDigest.values().stream()
            .reduce((one, other) -> other.size() > one.size() ? other : one)
            .orElseThrow();
    Answer first = most.getFirst();
    Definition definition = first.definition();
    List<Answer> otherImage = answers.stream().filter(answer -> !most.contains(answer)).toList();
    List<Answer> otherDefinition =
        answers.stream().filter(a -> !a.definition().agreesWith(definition)).toList();
    Disagreements differences = new Disagreements();
    differences.silent(silent);
    differences.idle(idle);
    differences.otherImage(otherImage.stream().map(Answer::host).toList());
    differences.otherDefinition(first.host(), otherDefinition.stream().map(Answer::host).toList());
    differences.changed(
        answers.stream().filter(a -> a.definition().changed()).map(Answer::host).toList());
    TreeSet<String> variables = new TreeSet<>(definition.env().required());
    most.forEach(answer -> variables.addAll(answer.definition().variables()));
    return new AppAsRun(
        app,
        definition,
        definition.repository() + "@" + first.live().digest(),
        label(first.live()),
        answers.size(),
        instances(Part.of(definition), answers),
        variables,
        differences.remarks());
  }

  private static String label(LiveRelease live) {
    String tag = live.tag();
    return tag == null ? String.valueOf(live.release()) : tag;
  }

  private static @Nullable Definition definition(HostResult result) {
    return result instanceof HostResult.Answered answered
        ? answered.events(Definition.class).stream().findFirst().orElse(null)
        : null;
  }

  private static Map<String, Integer> instances(List<Part> parts, List<Answer> answers) {
    SequencedMap<String, Integer> total = new LinkedHashMap<>();
    for (Part part : parts) {
      long hosts =
          answers.stream().filter(answer -> part.runsOn(answer.definition().roles())).count();
      total.put(part.name(), Math.toIntExact(hosts * part.perHost()));
    }
    return total;
  }

  /** Returns the parts of the app, the web part first. */
  public List<Part> parts() {
    return Part.of(definition);
  }

  /** Returns the containers of a part on all hosts together. */
  public int instancesOf(Part part) {
    return instances.getOrDefault(part.name(), 0);
  }

  /** Returns whether the hosts read the environment from AWS. */
  public boolean keepsVariablesInAws() {
    return List.of("ssm", "secretsmanager").contains(definition.env().source())
        && !variables.isEmpty();
  }

  /** Returns whether the app does not start without a variable. */
  public boolean requires(String variable) {
    return definition.env().required().contains(variable);
  }
}
