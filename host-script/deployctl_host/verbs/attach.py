"""`attach`: passes on the events of a transaction or a one-off command, those so far and those to come."""

from ..config import definition
from ..docker.api import Engine
from ..errors import HostError
from ..store import runs, state
from ..store.transactions import TransactionRecord
from ..transaction import follower
from ..transaction.one_off import follower as run_follower


def run(call):
    app_state = state.AppState(call.app)
    if call.option('run'):
        runs.require(app_state, call.option('run'))
        return run_follower.follow(app_state, call.option('run'), call.output, Engine(definition.load_host().docker))
    record = TransactionRecord(app_state, call.option('rollout'))
    if not record.exists:
        raise HostError('not-found', 'no rollout %s of %s is recorded on this host' % (record.rollout, call.app),
                        hint='deployctl-host history %s' % call.app)
    return follower.follow(record, call.app, call.output, call.option('from') or 1)
