"""Does one transaction, detached from whoever asked for it: the SSH session may die, the work goes on."""

import os
import signal

from .. import definition, deploy_lock, lock, state
from ..errors import HostError
from . import flow, settle
from .context import Transaction
from .record import Record

PATIENCE = 2.0


def main(app, rollout):
    """Takes the app's lock and does what the transaction's request says. Never raises."""
    app_state = state.AppState(app)
    record = Record(app_state, rollout)
    app_lock = lock.Lock(app)
    try:
        wanted, host = definition.load_app(app), definition.load_host()
        if not app_lock.take(max(PATIENCE, record.request().get('wait') or 0)):
            raise lock.locked(app, app_lock.holder())
        app_lock.describe(describe(record))
        deploy_lock.require(app_state, record.request().get('lock'))    # time has passed since the caller was let in
        settle.settle_locked(app, wanted, host, app_lock)
        app_state.begin(rollout)
    except HostError as problem:
        record.refuse(problem)
        app_lock.free()
        return problem.exit
    transaction = Transaction(wanted, host, record, app_lock)
    _signals(transaction)
    try:
        return flow.run(transaction)
    finally:
        transaction.close()
        app_lock.free()


def describe(record):
    """What others read who find the app locked."""
    request = record.request()
    return {'holder': request['by'], 'verb': request['verb'], 'rollout': record.rollout, 'since': request['asked'],
            'pid': os.getpid()}


def _signals(transaction):
    """TERM and INT end the work at its next safe point; a lost terminal ends nothing."""
    def asked(*_):
        transaction.stop_asked = True
    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
