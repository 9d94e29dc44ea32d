"""`prune`: removes what is kept no longer, as the end of every deploy does."""

from .. import definition, lock, state
from ..docker.api import Engine
from ..transaction import prune


class Scope:
    """As much of a transaction as pruning needs."""

    def __init__(self, wanted):
        self.app = wanted.app
        self.definition = wanted
        self.state = state.AppState(wanted.app)
        self.engine = Engine(definition.load_host().docker)
        self.host_id = state.host_id()


def run(call):
    app_lock = lock.Lock(call.app)
    if not app_lock.take():
        raise lock.locked(call.app, app_lock.holder())
    try:
        scope = Scope(call.definition)
        scope.engine.ping()
        scope.state.prepare()
        call.output.emit('prune.finished', app=call.app, **prune.everything(scope))
    finally:
        app_lock.free()
    return 0
