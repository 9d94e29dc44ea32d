"""All verbs that are a transaction (`deploy`, `stop` ...): starts a worker and passes its events on."""

import time

from .. import events, lock
from ..balancer import site
from ..config import definition, freezes
from ..errors import HostError
from ..store import deploy_lock, state
from ..store.request import TransactionRequest
from ..store.transactions import TransactionRecord
from ..transaction import follower, launch, targets


def run(call):
    app_state = state.AppState(call.app)
    asked_for = call.option('rollout')
    record = TransactionRecord(app_state, asked_for or state.new_rollout_id())
    if record.exists:
        return follower.follow(record, call.app, call.output)
    freezes.require(call.app, call.request.verb, call.option('emergency'))
    deploy_lock.require(app_state, call.option('lock'))
    left = _wait_for_turn(call)
    request = _request(call, left)
    targets.check(app_state, request)
    call.begin()
    _tend_balancer(call)
    app_state.prepare()
    if record.create(request):
        launch.launch(call.app, record.rollout)
    return follower.follow(record, call.app, call.output)


def _tend_balancer(call):
    try:
        site.tend(definition.load_host(), call.warn)
    except HostError:
        pass        # a mistake in host.conf, which the worker reports


def _request(call, wait):
    """Returns the request for the worker; `wait` is what is left of the time that the caller will wait."""
    return TransactionRequest(
        verb=call.request.verb, app=call.app, by=call.caller.name, client=call.caller.client, asked=events.now(),
        wait=wait, by_rollout=call.option('rollout') is not None, tag=call.option('tag'),
        digest=call.option('digest'), from_tag=call.option('from-tag'), force=call.option('force'),
        to=call.option('to'), undo=call.option('undo'), lock=call.option('lock'), on=call.option('on'),
        hold=call.option('hold'), preview=call.option('preview'), release=call.option('release'),
        emergency=call.option('emergency'))


def _wait_for_turn(call):
    """Waits while the app is busy. Returns what is left of the caller's time; HostError('locked') if it ran out."""
    app_lock = lock.Lock(call.app)
    deadline = time.monotonic() + (call.option('wait') or 0)
    while app_lock.busy():
        if time.monotonic() >= deadline:
            raise lock.busy_error(call.app, app_lock.holder())
        time.sleep(0.1)
    return max(0.0, deadline - time.monotonic())
