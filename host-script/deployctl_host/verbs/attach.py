"""`attach`: passes on the events of a transaction, those so far and those to come."""

from ..errors import HostError
from ..store import state
from ..store.transactions import TransactionRecord
from ..transaction import follower


def run(call):
    record = TransactionRecord(state.AppState(call.app), call.option('rollout'))
    if not record.exists:
        raise HostError('not-found', 'no rollout %s of %s is recorded on this host' % (record.rollout, call.app),
                        hint='deployctl-host history %s' % call.app)
    return follower.follow(record, call.app, call.output, call.option('from') or 1)
