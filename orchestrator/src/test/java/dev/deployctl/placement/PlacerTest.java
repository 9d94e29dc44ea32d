package dev.deployctl.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deployctl.model.App;
import dev.deployctl.model.Host;
import dev.deployctl.placement.Placement.Share;
import dev.deployctl.placement.Placement.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The rules by which containers are placed. */
class PlacerTest {
  private static final App BLOG = new App("blog");
  private static final long MIB = 1 << 20;

  private static HostCapacity capacity(String name, String zone, @Nullable Integer mib) {
    Host host = new Host(name, name, name, zone, Map.of());
    return new HostCapacity(host, true, 0, mib == null ? null : mib * MIB, null, null);
  }

  private static Placement place(
      int count, int mib, @Nullable String spread, List<HostCapacity> hosts) {
    return Placer.place(new Demand(BLOG, count, new MemorySize(mib * MIB), spread), hosts);
  }

  private static List<Integer> counts(Placement placement) {
    return placement.shares().stream().map(Share::count).toList();
  }

  private static List<Verdict> verdicts(Placement placement) {
    return placement.shares().stream().map(Share::verdict).toList();
  }

  @Test
  void containersGoToTheHostWithTheFewestOfThem() {
    List<HostCapacity> hosts =
        List.of(capacity("a", "", 9000), capacity("b", "", 1000), capacity("c", "", 1000));
    assertThat(counts(place(6, 400, null, hosts))).containsExactly(2, 2, 2);
  }

  @Test
  void amongHostsWithEquallyManyTheOneWithMostMemoryIsFirst() {
    List<HostCapacity> hosts =
        List.of(capacity("a", "", 1000), capacity("b", "", 3000), capacity("c", "", 2000));
    assertThat(counts(place(2, 400, null, hosts))).containsExactly(0, 1, 1);
  }

  @Test
  void hostWithoutRoomIsLeftOutWithTheReason() {
    List<HostCapacity> hosts =
        List.of(capacity("a", "", 380), capacity("b", "", 2000), capacity("c", "", null));
    Placement placement = place(2, 400, null, hosts);
    assertThat(counts(placement)).containsExactly(0, 2, 0);
    assertThat(verdicts(placement))
        .containsExactly(Verdict.NO_ROOM, Verdict.CHOSEN, Verdict.NOT_KNOWN);
  }

  @Test
  void zonesAreFilledEvenlyWhateverTheirNumberOfHosts() {
    List<HostCapacity> hosts =
        List.of(
            capacity("a", "east", 4000), capacity("b", "east", 4000), capacity("c", "west", 4000));
    assertThat(counts(place(4, 400, "zone", hosts))).containsExactly(1, 1, 2);
  }

  @Test
  void valuesOfATagAreFilledEvenlyAndHostsWithoutItAreOneGroup() {
    List<HostCapacity> hosts = new ArrayList<>();
    for (String rack : List.of("r1", "r1", "r2", "")) {
      String name = "h" + hosts.size();
      Map<String, LinkedHashSet<String>> tags =
          rack.isEmpty() ? Map.of() : Map.of("Rack", new LinkedHashSet<>(List.of(rack)));
      hosts.add(
          new HostCapacity(
              new Host(name, name, name, "", Map.copyOf(tags)), true, 0, 4000 * MIB, null, null));
    }
    assertThat(counts(place(3, 400, "Rack", hosts))).containsExactly(1, 0, 1, 1);
  }

  @Test
  void fullZoneIsPassedOver() {
    List<HostCapacity> hosts = List.of(capacity("a", "east", 400), capacity("b", "west", 4000));
    assertThat(counts(place(4, 400, "zone", hosts))).containsExactly(1, 3);
  }

  @Test
  void moreIsReservedThanThereIsMeansNoRoom() {
    Placement placement = place(1, 400, null, List.of(capacity("a", "", -200)));
    assertThat(placement.unplaced()).isEqualTo(1);
    assertThat(verdicts(placement)).containsExactly(Verdict.NO_ROOM);
  }

  @Test
  void hostThatIsNotNeededIsNamedAsSuch() {
    List<HostCapacity> hosts = List.of(capacity("a", "", 2000), capacity("b", "", 1000));
    assertThat(verdicts(place(1, 400, null, hosts)))
        .containsExactly(Verdict.CHOSEN, Verdict.NOT_NEEDED);
  }

  @RepeatedTest(200)
  void nothingIsPlacedWithoutRoomAndNothingStaysOutWhereThereIsSome(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<HostCapacity> hosts = new ArrayList<>();
    for (int number = random.nextInt(8); number >= 0; number--) {
      Integer mib = random.nextInt(10) == 0 ? null : random.nextInt(3000) - 300;
      hosts.add(capacity("h" + number, "z" + random.nextInt(3), mib));
    }
    int count = 1 + random.nextInt(30);
    Placement placement = place(count, 100 + random.nextInt(500), "zone", hosts);

    long room = placement.shares().stream().mapToLong(Share::fits).sum();
    assertThat(placement.placed()).isEqualTo((int) Math.min(count, room));
    assertThat(counts(placement).stream().mapToInt(each -> each).sum())
        .isEqualTo(placement.placed());
    assertThat(placement.shares())
        .allSatisfy(share -> assertThat((long) share.count()).isLessThanOrEqualTo(share.fits()));
  }
}
