package dev.deployctl.lab;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** Orders test classes by duration, longest first, so that the lanes end at about the same time. */
public final class LongestFirst implements ClassOrderer {
  private static final List<String> LONGEST =
      List.of(
          "FirstHourIT",
          "ReleaseCommandIT",
          "RolloutUnderLoadIT",
          "FleetChangesIT",
          "WholeApplicationIT",
          "HoldIT",
          "WorkstationKilledIT",
          "CtrlCIT",
          "PartitionDuringSwitchIT",
          "CanaryIT",
          "LogRotatedIT",
          "HostPoweredOffIT",
          "TagMovedIT",
          "RollbackInterruptedIT",
          "ClosedTerminalIT",
          "AssetsIT",
          "BadInputIT",
          "BootstrapIT",
          "CanaryWatchedIT",
          "CommandsIT");

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context
        .getClassDescriptors()
        .sort(Comparator.comparingInt(one -> rank(one.getTestClass().getSimpleName())));
  }

  private static int rank(String name) {
    int place = LONGEST.indexOf(name);
    return place < 0 ? LONGEST.size() : place;
  }
}
