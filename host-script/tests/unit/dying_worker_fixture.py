"""Fixture of a worker of deployctl-host that dies at an entry of its journal."""

from deployctl_host import events, journal
from tests.unit.host_fixture import HostFixture


class Died(BaseException):
    """Simulates SIGKILL: nothing in the script catches it, and no cleanup runs."""


class DyingWorkerFixture(HostFixture):
    """Kills the worker within the test's process: the journal raises, and no undo of the flow may run."""

    def setUp(self):
        super().setUp()
        self.plain = journal.Journal.mark
        self.first = self.last(self.deploy('v1'))['serving']

    def die_at(self, number, moment, verb='deploy', **request):
        """Returns True if the transaction was long enough to die at that entry."""
        count = [0]
        dead = []

        def mark(me, step, phase, **facts):
            if dead:
                raise Died()
            count[0] += 1
            if count[0] == number and moment == 'before':
                dead.append(True)
                raise Died()
            self.plain(me, step, phase, **facts)
            if count[0] == number and moment == 'after':
                dead.append(True)
                raise Died()
        self.patch(journal.Journal, 'mark', mark)
        sent = events.EventLog.emit

        def emit(me, type, **fields):
            if dead:
                raise Died()
            sent(me, type, **fields)
        self.patch(events.EventLog, 'emit', emit)
        try:
            self.transact(verb, **request)
        except (Died, AssertionError):
            pass
        journal.Journal.mark = self.plain
        events.EventLog.emit = sent
        return bool(dead)
