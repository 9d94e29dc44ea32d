package dev.deployctl.output.tables;

import dev.deployctl.model.Host;
import dev.deployctl.output.terminal.HostNames;
import dev.deployctl.output.terminal.Wording;
import dev.deployctl.rollout.outcome.RolloutPlan.Batch;
import java.util.ArrayList;
import java.util.List;

/** Says which hosts go together: by name while they are few, by number when they are many. */
final class Batches {
  private static final int FEW = 12;

  private Batches() {}

  static List<String> text(List<Batch> batches, HostNames names) {
    List<String> texts = new ArrayList<>();
    boolean few = batches.stream().mapToInt(batch -> batch.hosts().size()).sum() <= FEW;
    int same = 0;
    for (int i = 0; i < batches.size(); i++) {
      Batch batch = batches.get(i);
      same++;
      if (batch.canary()) {
        texts.add("canary " + names.of(batch.hosts()));
        same = 0;
      } else if (few) {
        texts.add(String.join(", ", batch.hosts().stream().map(names::of).toList()));
        same = 0;
      } else if (!alike(batches, i)) {
        texts.add((same > 1 ? same + " × " : "") + Wording.count(batch.hosts().size(), "host"));
        same = 0;
      }
    }
    if (texts.size() > 1 && batches.getFirst().canary()) {
      texts.set(1, "then " + texts.get(1));
    }
    return texts;
  }

  private static boolean alike(List<Batch> batches, int i) {
    List<Host> now = batches.get(i).hosts();
    return i + 1 < batches.size()
        && !batches.get(i + 1).canary()
        && batches.get(i + 1).hosts().size() == now.size();
  }
}
