"""The state that all steps of one transaction share."""

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

    `old` is the release that was live at the beginning (or None), `new` the one that is to be live at the end. `fresh`
    says that this transaction made `new`: an undo removes it then, and otherwise only stops it again.

    `wanted` is the definition as the operators wrote it, of which a new release is made. `definition` is the same with
    the web part of the release that this transaction makes live, where the operators have removed `[vhost]` since.
    """

    def __init__(self, definition, host, record, app_lock=None):
        super().__init__(definition, host)
        self.record = record
        self.rollout = record.rollout
        self.request = record.request()
        self.lock = app_lock
        self.old = None
        self.new = None
        self.stopped = False    # whether the app was stopped before: `old` is kept then, but not live
        self.fresh = True
        self.switching = False
        self.watch = None       # on the containers of `new`: see `health_checks`
        self.process_watch = None   # on its processes, from step `processes` on
        self.led_at = None      # when nginx was pointed at `new`, on the monotonic clock
        self.known = None       # the connections to `new` before that, by number: our own probes
        self.new_workers = False    # whether that took a reload of nginx
        self.committed = False
        self.stop_asked = False
        self._waiting = False   # for something that SIGTERM may interrupt
        self.restarts: Dict[int, int] = {}  # by instance: how often Docker had restarted it before
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
        """Writes to the journal or the events. On a full disk it frees the space that was reserved for this."""
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
        """Runs its block as a step: emits its events, and journals its begin and end."""
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
        """The page that is served instead of the app afterwards: 'maintenance', 'stopped', or None."""
        verb, facts = self.request.verb, self.state.load()
        if verb == 'stop' or verb == 'maintenance' and facts.get('stopped'):
            return 'stopped'
        maintenance = self.request.on if verb == 'maintenance' else facts.get('maintenance')
        return 'maintenance' if maintenance else None

    @property
    def same_release(self):
        """Returns whether the live release stays the same one."""
        return self.old is not None and self.new is not None and self.old.id == self.new.id

    @property
    def live_before(self):
        """The release that was live before, and is live again after an undo; None if there was none."""
        return None if self.stopped else self.old

    def read_old(self):
        """Reads what is live before anything is changed, which an undo goes back to.

        That is the release that nginx routes to, even where another one is recorded; but where the recorded one has no
        web part, what nginx routes to is only what is left of an earlier one.
        """
        facts = self.state.load()
        recorded = self.state.sound_release(facts.get('current'))
        routed = None if recorded and not recorded.is_web else self.state.sound_release(routing.routed_release(self))
        self.old = routed or self.state.release(facts.get('current'))
        self.stopped = bool(facts.get('stopped'))
        self.mark('begin', 'begin', old=self.old.id if self.old else None)

    def act_on(self, record):
        """Makes `definition` that of a release."""
        self.definition = self.definition_of(record)

    def begin_release(self, record, fresh):
        """Sets `new`, and journals its name before anything of it exists."""
        self.mark('bring', 'begin', release=record.id, fresh=fresh)
        self.act_on(record)
        self.new = record
        self.fresh = fresh

    def safe_point(self):
        """Ends the transaction here if SIGTERM asked for that, unless its switch has begun: then it is completed."""
        if self.stop_asked and not self.switching:
            raise HostError('internal', 'the worker was told to stop (SIGTERM), and undid what it had begun',
                            hint='start it again when the host is ready for it')

    @contextlib.contextmanager
    def interruptible(self):
        """Lets SIGTERM interrupt its block at any time. The block must leave nothing half done."""
        self._waiting = True
        try:
            self.safe_point()
            yield
            self.safe_point()
        finally:
            self._waiting = False

    def ask_to_stop(self):
        """Handles SIGTERM: the transaction ends at its next safe point, at once inside an interruptible block."""
        self.stop_asked = True
        if self._waiting:
            self.safe_point()

    def finish(self, outcome, serving, changed, error=None, leave_open=False, held=None):
        """Writes the last event to disk, then ends the transaction, unless `leave_open` leaves work for `recover`."""
        fields = {'verb': self.request.verb, 'outcome': outcome, 'exit': error.exit if error else 0,
                  'serving': serving.id if serving else None, 'digest': serving.digest if serving else None,
                  'tag': serving.tag if serving else None, 'ms': self.ms, 'changed': changed}
        if held is not None:
            fields['held'] = held
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
