"""`unlock`: releases the deploy lock of an app: its holder by the id, other deployers with `--force` (audited)."""

from ..store import deploy_lock, state


def run(call):
    app_state = state.AppState(call.app)
    app_state.prepare()
    held = deploy_lock.release(app_state, call.option('lock'), bool(call.option('force')))
    call.output.emit('lock.released', **deploy_lock.facts(call.app, held or {'lock': call.option('lock')}))
    return 0
