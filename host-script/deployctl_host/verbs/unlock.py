"""`unlock`: lets others in again: the holder by the lock's id, anybody who may deploy the app by force (it is audited)."""

from .. import deploy_lock, state


def run(call):
    app_state = state.AppState(call.app)
    app_state.prepare()
    held = deploy_lock.release(app_state, call.option('lock'), bool(call.option('force'))) or {}
    call.output.emit('lock.released', app=call.app, lock=held.get('lock') or call.option('lock'), holder=held.get('holder'),
                     since=held.get('since'), reason=held.get('reason'), expires=deploy_lock.text_of(held.get('expires')))
    return 0
