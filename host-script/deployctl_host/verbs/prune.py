"""`prune`: removes what is kept no longer, as the end of every deploy does."""

from .. import definition, lock
from ..transaction import prune
from ..transaction.scope import Scope


def run(call):
    app_lock = lock.Lock(call.app)
    if not app_lock.take():
        raise lock.locked(call.app, app_lock.holder())
    try:
        scope = Scope(call.definition, definition.load_host(), call.warn)
        scope.engine.ping()
        scope.state.prepare()
        call.output.emit('prune.finished', app=call.app, **prune.everything(scope))
    finally:
        app_lock.free()
    return 0
