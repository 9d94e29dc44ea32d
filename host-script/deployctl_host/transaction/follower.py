"""Passes the events of a worker on to the caller. It may die at any time without the worker noticing."""

import time

from .. import events, lock
from ..config import definition
from ..errors import EXITS, HostError
from . import recover

POLL = 0.01
CHECK_EVERY = 0.5
BEGIN_WITHIN = 40.0


def follow(record, app, output, start=1):
    """Passes on all events from number `start` to the last one. Returns the exit code of the transaction."""
    offset, checked, begun = 0, time.monotonic(), time.monotonic()
    settled = False
    while output.open:
        told, offset = events.read(record.events_path, offset)
        for event in told:
            last = event['type'] == 'deploy.finished'
            if event['seq'] >= start or last:
                output.pass_on(event)
            if last:
                return event['exit']
        _raise_refusal(record)
        if time.monotonic() - checked >= CHECK_EVERY:
            checked = time.monotonic()
            if _worker_is_gone(record, app, begun) and not events.read(record.events_path, offset)[0]:
                if settled:
                    raise HostError('internal', 'the worker of %s died and its work could not be settled' % (
                                        record.rollout), hint='deployctl-host recover %s' % app)
                recover.settle(app, definition.load_app(app), definition.load_host())
                settled = True
                continue
        time.sleep(POLL)
    return EXITS['internal']


def _worker_is_gone(record, app, begun):
    if record.finish() is not None:
        return False
    if not record.begun and time.monotonic() - begun < BEGIN_WITHIN:
        return False
    if lock.Lock(app).busy():
        return False
    if not record.begun:
        record.forget()
        raise HostError('internal', 'the worker of %s never began' % record.rollout, state='nothing was touched',
                        hint='try again; if it happens again, look for what kills processes on this host')
    return True


def _raise_refusal(record):
    """Raises the error for which the worker refused the transaction, as if the call had been refused at once."""
    if record.begun:
        return
    told = record.refused()
    if told is not None:
        record.forget()
        raise HostError(told['kind'], told['message'], told.get('state'), told.get('hint'), told.get('verdict'))
