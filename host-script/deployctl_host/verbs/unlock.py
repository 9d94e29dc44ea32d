"""`unlock`: lets others in again: the holder by the lock's id, others who may deploy the app by force (audited)."""

from ..store import deploy_lock, state


def run(call):
    app_state = state.AppState(call.app)
    app_state.prepare()
    held = deploy_lock.release(app_state, call.option('lock'), bool(call.option('force')))
    call.output.emit('lock.released', **deploy_lock.facts(call.app, held or {'lock': call.option('lock')}))
    return 0
