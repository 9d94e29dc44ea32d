"""All that the steps of one transaction share."""

import contextlib
import errno
import time
from typing import Dict

from .. import events, journal, probes
from ..errors import HostError
from . import routing
from .scope import AppScope


class Transaction(AppScope):
    """One change of one app on this host.

    `old` is the record of the release that served at the beginning (or None), `new` of the one that shall serve.
    `fresh` says that `new` was made by this transaction: an undo removes it then, and otherwise only stops it again.
    """

    def __init__(self, definition, host, record, app_lock=None):
        super().__init__(definition, host)
        self.record = record
        self.request = record.request()
        self.lock = app_lock
        self.old = None
        self.new = None
        self.stopped = False    # whether the app is out of service: `old` is kept then, but does not serve
        self.fresh = True
        self.switching = False
        self.watch = None       # on the containers of `new`: see `wellness`
        self.led_at = None      # when nginx began to lead to `new`, on the monotonic clock
        self.known = None       # numbers of the connections to `new` before that: our own probes
        self.new_workers = False    # whether it took new workers of nginx's to lead there
        self.committed = False
        self.stop_asked = False
        self._waiting = False   # for something that a TERM may cut short
        self.restarts: Dict[int, int] = {}  # how often Docker had restarted the instances that are left running
        self._begun = time.monotonic()
        self._identity = None
        self._events = events.EventLog(record.events_path)
        self._journal = journal.Journal(record.journal_path)

    @property
    def identity(self):
        if self._identity is None:
            self._identity = probes.Identity(self.settings.user, self.settings.group)
        return self._identity

    @property
    def ms(self):
        return int((time.monotonic() - self._begun) * 1000)

    def emit(self, type, **fields):
        self._write(lambda: self._events.emit(type, **fields))

    def mark(self, step, phase, **facts):
        self._write(lambda: self._journal.mark(step, phase, **facts))

    def _write(self, action):
        """The story goes on when the disk is full: room for its end was set aside."""
        try:
            action()
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            self.record.free_reserve()
            action()

    def warn(self, code, message):
        self.emit('warning', code=code, message=message)

    @contextlib.contextmanager
    def step(self, name):
        """Announces a step, notes its beginning and end on disk, and tells when it failed."""
        if not self.committed:
            self.safe_point()
        begun = time.monotonic()
        if self.lock is not None:
            self.lock.describe(dict(self.lock.holder(), step=name))
        self.emit('step.started', step=name)
        self.mark(name, 'begin')
        try:
            yield
        except HostError as problem:
            if problem.kind == 'disk-full':
                self.record.free_reserve()
            self.emit('step.failed', step=name, ms=_since(begun), error=problem.as_dict())
            raise
        self.mark(name, 'end')
        self.emit('step.finished', step=name, ms=_since(begun))

    @property
    def closed(self):
        """What users shall meet in the app's place when this is done: 'maintenance', 'stopped', or None for the app."""
        verb, facts = self.request.verb, self.state.load()
        if verb == 'stop' or verb == 'maintenance' and facts.get('stopped'):
            return 'stopped'
        maintenance = self.request.on if verb == 'maintenance' else facts.get('maintenance')
        return 'maintenance' if maintenance else None

    @property
    def same(self):
        """Whether no other release comes into service by this."""
        return self.old is not None and self.new is not None and self.old.id == self.new.id

    @property
    def serving_before(self):
        """What served before, and serves again after an undo; None where nothing did."""
        return None if self.stopped else self.old

    def read_old(self):
        """What there is before anything is done: the release that an undo goes back to.

        That is the one that nginx leads to, also where another one is recorded.
        """
        facts = self.state.load()
        self.old = self.state.sound_release(routing.leads_to(self)) or self.state.release(facts.get('current'))
        self.stopped = bool(facts.get('stopped'))
        self.mark('begin', 'begin', old=self.old.id if self.old else None)

    def bring(self, record, fresh):
        """Names the release that shall serve, on disk before anything of it exists."""
        self.mark('bring', 'begin', release=record.id, fresh=fresh)
        self.new = record
        self.fresh = fresh

    def safe_point(self):
        """Here a transaction that has not begun to switch may end when it is asked to; a later one goes through."""
        if self.stop_asked and not self.switching:
            raise HostError('internal', 'the worker was told to stop (SIGTERM), and undid what it had begun',
                            hint='start it again when the host is ready for it')

    @contextlib.contextmanager
    def interruptible(self):
        """A safe point that lasts: a TERM ends at once what is waited for in here. It leaves nothing half done."""
        self._waiting = True
        try:
            self.safe_point()
            yield
            self.safe_point()
        finally:
            self._waiting = False

    def ask_to_stop(self):
        """Called by the signal's handler: the work ends at its next safe point, which may be this very moment."""
        self.stop_asked = True
        if self._waiting:
            self.safe_point()

    def finish(self, outcome, serving, changed, error=None, leave_open=False):
        """The last event; on disk before anybody may forget the transaction. `leave_open` leaves work for `recover`."""
        fields = {'verb': self.request.verb, 'outcome': outcome, 'exit': error.exit if error else 0,
                  'serving': serving.id if serving else None, 'digest': serving.digest if serving else None,
                  'tag': serving.tag if serving else None, 'ms': self.ms, 'changed': changed}
        if error is not None:
            fields['error'] = error.as_dict()
        self.record.free_reserve()
        self.emit('deploy.finished', **fields)
        self._events.sync()
        self.mark('finish', 'end', outcome=outcome)
        if not leave_open:
            self.state.end()

    def close(self):
        self._events.close()
        self._journal.close()


def _since(begun):
    return int((time.monotonic() - begun) * 1000)
