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

  private static HostRoom room(String name, String zone, @Nullable Integer mib) {
    Host host = new Host(name, name, name, zone, Map.of());
    return new HostRoom(host, true, 0, mib == null ? null : mib * MIB, null, null);
  }

  private static Placement place(
      int count, int mib, @Nullable String spread, List<HostRoom> rooms) {
    return Placer.place(new Demand(BLOG, count, new MemorySize(mib * MIB), spread), rooms);
  }

  private static List<Integer> counts(Placement placement) {
    return placement.shares().stream().map(Share::count).toList();
  }

  private static List<Verdict> verdicts(Placement placement) {
    return placement.shares().stream().map(Share::verdict).toList();
  }

  @Test
  void containersGoToTheHostWithTheFewestOfThem() {
    List<HostRoom> rooms = List.of(room("a", "", 9000), room("b", "", 1000), room("c", "", 1000));
    assertThat(counts(place(6, 400, null, rooms))).containsExactly(2, 2, 2);
  }

  @Test
  void amongHostsWithEquallyManyTheOneWithMostMemoryIsFirst() {
    List<HostRoom> rooms = List.of(room("a", "", 1000), room("b", "", 3000), room("c", "", 2000));
    assertThat(counts(place(2, 400, null, rooms))).containsExactly(0, 1, 1);
  }

  @Test
  void hostWithoutRoomIsLeftOutWithTheReason() {
    List<HostRoom> rooms = List.of(room("a", "", 380), room("b", "", 2000), room("c", "", null));
    Placement placement = place(2, 400, null, rooms);
    assertThat(counts(placement)).containsExactly(0, 2, 0);
    assertThat(verdicts(placement))
        .containsExactly(Verdict.NO_ROOM, Verdict.CHOSEN, Verdict.NOT_KNOWN);
  }

  @Test
  void zonesAreFilledEvenlyWhateverTheirNumberOfHosts() {
    List<HostRoom> rooms =
        List.of(room("a", "east", 4000), room("b", "east", 4000), room("c", "west", 4000));
    assertThat(counts(place(4, 400, "zone", rooms))).containsExactly(1, 1, 2);
  }

  @Test
  void valuesOfATagAreFilledEvenlyAndHostsWithoutItAreOneGroup() {
    List<HostRoom> rooms = new ArrayList<>();
    for (String rack : List.of("r1", "r1", "r2", "")) {
      String name = "h" + rooms.size();
      Map<String, LinkedHashSet<String>> tags =
          rack.isEmpty() ? Map.of() : Map.of("Rack", new LinkedHashSet<>(List.of(rack)));
      rooms.add(
          new HostRoom(
              new Host(name, name, name, "", Map.copyOf(tags)), true, 0, 4000 * MIB, null, null));
    }
    assertThat(counts(place(3, 400, "Rack", rooms))).containsExactly(1, 0, 1, 1);
  }

  @Test
  void fullZoneIsPassedOver() {
    List<HostRoom> rooms = List.of(room("a", "east", 400), room("b", "west", 4000));
    assertThat(counts(place(4, 400, "zone", rooms))).containsExactly(1, 3);
  }

  @Test
  void moreIsReservedThanThereIsMeansNoRoom() {
    Placement placement = place(1, 400, null, List.of(room("a", "", -200)));
    assertThat(placement.unplaced()).isEqualTo(1);
    assertThat(verdicts(placement)).containsExactly(Verdict.NO_ROOM);
  }

  @Test
  void hostThatIsNotNeededIsNamedAsSuch() {
    List<HostRoom> rooms = List.of(room("a", "", 2000), room("b", "", 1000));
    assertThat(verdicts(place(1, 400, null, rooms)))
        .containsExactly(Verdict.CHOSEN, Verdict.NOT_NEEDED);
  }

  @RepeatedTest(200)
  void nothingIsPlacedWithoutRoomAndNothingStaysOutWhereThereIsSome(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<HostRoom> rooms = new ArrayList<>();
    for (int number = random.nextInt(8); number >= 0; number--) {
      Integer mib = random.nextInt(10) == 0 ? null : random.nextInt(3000) - 300;
      rooms.add(room("h" + number, "z" + random.nextInt(3), mib));
    }
    int count = 1 + random.nextInt(30);
    Placement placement = place(count, 100 + random.nextInt(500), "zone", rooms);

    long room = placement.shares().stream().mapToLong(Share::fits).sum();
    assertThat(placement.placed()).isEqualTo((int) Math.min(count, room));
    assertThat(counts(placement).stream().mapToInt(each -> each).sum())
        .isEqualTo(placement.placed());
    assertThat(placement.shares())
        .allSatisfy(share -> assertThat((long) share.count()).isLessThanOrEqualTo(share.fits()));
  }
}
