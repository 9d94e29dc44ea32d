/**
 * The events of hosts: the contract of {@code docs/events.md}, as sealed records.
 *
 * <p>To add an event, add a record to {@link TransactionEvents} or {@link AnswerEvents}. Its name
 * is the type ({@code StepStarted} is step.started), its components are the fields (in snake case,
 * or {@link WireName}), and {@link WhenAbsent} says what counts where a host leaves a field out.
 * The compiler then asks for its name in {@link HostEvent}. Nothing else reads or writes it: {@link
 * EventReader} and {@link EventJson} bind all records in the same way. Types that no code here uses
 * have no record; they travel as {@link HostEvent.Unknown}.
 */
@NullMarked
package dev.deployctl.event;

import org.jspecify.annotations.NullMarked;
