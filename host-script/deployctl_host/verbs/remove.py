"""`remove`: removes an app from this host, even without its definition. Only for root."""

from .. import lock
from ..config import definition
from ..errors import HostError
from ..store import deploy_lock
from ..transaction import removal
from ..transaction.scope import Scope


def run(call):
    scope = Scope(call.definition, definition.load_host(), call.warn)
    scope.engine.ping()
    if not removal.traces(scope):
        raise HostError('not-found', 'nothing of %s is on this host' % call.app, state='nothing was touched',
                        hint='deployctl-host status lists the apps of this host')
    deploy_lock.require(scope.state, None)
    app_lock = lock.Lock(call.app)
    if not app_lock.take():
        problem = lock.busy_error(call.app, app_lock.holder())
        problem.hint = 'wait for its end, then call again; deployctl-host status %s tells what is under way' % call.app
        raise problem
    try:
        deploy_lock.require(scope.state, None)
        removal.decide(scope, call.caller.name)
        finish(call, scope)
    finally:
        app_lock.release()
    return 0


def finish(call, scope):
    """Carries a removal out and emits its event. After an error the next call continues it."""
    try:
        told = removal.carry_out(scope)
    except HostError as problem:
        if not scope.state.is_being_removed():
            raise
        problem.state = '%s is being removed, and not all of it is gone' % scope.app
        problem.hint = '%sdeployctl-host remove %s goes on with it' % (
            problem.hint + '; then ' if problem.hint else '', scope.app)
        raise
    call.output.emit('remove.finished', **told)
