"""`lock`: keeps everybody but the holder from changing an app. Asked again with the same id it renews."""

import secrets

from .. import deploy_lock, lock, state


def run(call):
    app_state = state.AppState(call.app)
    app_state.prepare()
    wanted = call.option('lock') or 'l-h' + secrets.token_hex(6)
    at_work = lock.Lock(call.app)
    if at_work.busy() and (app_state.deploy_lock() or {}).get('lock') != wanted:
        raise lock.locked(call.app, at_work.holder())
    held = deploy_lock.take(app_state, wanted, call.caller.name, call.option('reason'), call.option('expires'))
    call.output.emit('lock.taken', **deploy_lock.facts(call.app, held))
    return 0
