"""`attach`: the events of a transaction so far and those to come."""

from .. import state
from ..errors import HostError
from ..transaction import follower
from ..transaction.record import Record


def run(call):
    record = Record(state.AppState(call.app), call.option('rollout'))
    if not record.exists:
        raise HostError('not-found', 'no rollout %s of %s is recorded on this host' % (record.rollout, call.app),
                        hint='deployctl-host history %s' % call.app)
    return follower.follow(record, call.app, call.output, call.option('from') or 1)
