package dev.deployctl.event;

/**
 * One event of a host, as {@code docs/events.md} describes it. Each type is a record of the same
 * name, and its components are the fields. Other code names them all through this interface, such
 * as {@code TransactionEvents.StepStarted}, in whichever file they are declared.
 */
public sealed interface HostEvent
    extends TransactionEvents,
        AnswerEvents,
        OneOffEvents,
        ApplyEvents,
        EnvEvents,
        BalancerEvents,
        DefinitionEvents,
        InspectionEvents,
        HoldEvents,
        LockEvents,
        HostValues
    permits AnswerEvents.Check,
        AnswerEvents.Finished,
        AnswerEvents.HistoryEntry,
        LockEvents.LockReleased,
        LockEvents.LockTaken,
        AnswerEvents.LogLine,
        AnswerEvents.PreflightFinished,
        AnswerEvents.PullFinished,
        AnswerEvents.Recovered,
        AnswerEvents.Refused,
        AnswerEvents.Status,
        AnswerEvents.Traffic,
        AnswerEvents.Version,
        BalancerEvents.BalancerDrained,
        BalancerEvents.BalancerProgress,
        BalancerEvents.BalancerUndrained,
        DefinitionEvents.Definition,
        ApplyEvents.ApplyFile,
        ApplyEvents.ApplyFinished,
        EnvEvents.EnvEdited,
        EnvEvents.EnvListed,
        EnvEvents.EnvName,
        HoldEvents.ReleaseHeld,
        HostEvent.Unknown,
        InspectionEvents.Capacity,
        InspectionEvents.TimelineEntry,
        InspectionEvents.TimelineMissing,
        InspectionEvents.TrafficRelease,
        OneOffEvents.RunFinished,
        OneOffEvents.RunStarted,
        OneOffEvents.Schedule,
        TransactionEvents.ContainerStarted,
        TransactionEvents.DeployFinished,
        TransactionEvents.DeployStarted,
        TransactionEvents.DrainFinished,
        TransactionEvents.DrainProgress,
        TransactionEvents.EnvRead,
        TransactionEvents.HealthProbe,
        TransactionEvents.ImageResolved,
        TransactionEvents.ImageSource,
        TransactionEvents.ProcessRetiring,
        TransactionEvents.Receipt,
        TransactionEvents.StepFailed,
        TransactionEvents.StepFinished,
        TransactionEvents.StepStarted,
        TransactionEvents.Switched,
        TransactionEvents.Warning {
  /** The position in the transaction or answer, from 1; 0 where the host gave none. */
  long seq();

  /** The fields that this version does not know. */
  OtherFields others();

  /** The type, as on the wire. */
  default String type() {
    return EventTypes.of(getClass());
  }

  /** An event of a type that this version does not know, with all its fields. */
  record Unknown(long seq, String type, OtherFields others) implements HostEvent {}
}
