"""Executes one transaction, detached from its caller: it goes on when the SSH session dies."""

import contextlib
import os
import signal

from .. import lock
from ..config import definition
from ..errors import HostError
from ..store import deploy_lock, state
from ..store.transactions import TransactionRecord
from . import flow, recover
from .context import Transaction

LOCK_TIMEOUT = 2.0


class BeforeTransaction:
    """Handles SIGTERM while there is no transaction yet: it ends the wait for the app's lock."""

    def __init__(self):
        self.stop_asked = False
        self._waiting = True

    def ask_to_stop(self):
        self.stop_asked = True
        if self._waiting:
            self.over()

    def over(self):
        """Ends this phase: raises if SIGTERM has come, and only records one that comes from now on."""
        self._waiting = False
        if self.stop_asked:
            raise HostError('internal', 'the worker was told to stop (SIGTERM) before it had begun',
                            state='nothing was touched', hint='start it again when the host is ready for it')


def main(app, rollout):
    """Acquires the app's lock and executes the request of the transaction. Returns the exit code; never raises."""
    app_state = state.AppState(app)
    record = TransactionRecord(app_state, rollout)
    app_lock = lock.Lock(app)
    try:
        early = BeforeTransaction()
        _signals(early)
        wanted, host = definition.load_app(app), definition.load_host()
        if not app_lock.take(max(LOCK_TIMEOUT, record.request().wait or 0)):
            raise lock.busy_error(app, app_lock.holder())
        early.over()
        app_lock.describe(describe(record))
        deploy_lock.require(app_state, record.request().lock)    # it may have changed while we waited
        recover.settle_locked(app, wanted, host, app_lock)
        early.over()
        app_state.begin(rollout)
        transaction = Transaction(wanted, host, record, app_lock)
        transaction.stop_asked = early.stop_asked
    except HostError as problem:
        return _refuse(record, app_lock, problem)
    except Exception as problem:
        # A follower would wait for a dead worker otherwise. The text of an OSError names a path and the reason.
        told = str(problem) if isinstance(problem, OSError) else type(problem).__name__
        return _refuse(record, app_lock, HostError(
            'internal', 'the worker could not begin: %s' % told, state='nothing was touched',
            hint='tell the maintainers, unless the host itself is in trouble'))
    _signals(transaction)
    try:
        return flow.execute(transaction)
    finally:
        transaction.close()
        app_lock.release()


def _refuse(record, app_lock, problem):
    with contextlib.suppress(HostError, OSError):       # the follower finds out by itself, but later
        record.refuse(problem)
    app_lock.release()
    return problem.exit


def describe(record):
    """Describes the transaction to callers that find the app locked."""
    request = record.request()
    return {'holder': request.by, 'verb': request.verb, 'rollout': record.rollout, 'since': request.asked,
            'pid': os.getpid()}


def _signals(target):
    """Makes SIGTERM and SIGINT end the work at its next safe point. A lost terminal ends nothing."""
    def asked(*_):
        target.ask_to_stop()
    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
