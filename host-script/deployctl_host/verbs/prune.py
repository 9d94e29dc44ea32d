"""`prune`: removes what is no longer kept, as the last step of every deploy does."""

from .. import lock
from ..config import definition
from ..transaction.scope import Scope
from ..transaction.steps import prune


def run(call):
    app_lock = lock.Lock(call.app)
    if not app_lock.take():
        raise lock.busy_error(call.app, app_lock.holder())
    try:
        scope = Scope(call.definition, definition.load_host(), call.warn)
        scope.engine.ping()
        scope.state.prepare()
        call.output.emit('prune.finished', app=call.app, **prune.everything(scope))
    finally:
        app_lock.release()
    return 0
