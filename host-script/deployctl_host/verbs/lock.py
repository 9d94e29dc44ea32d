"""`lock`: acquires the deploy lock of an app, which keeps all others from changing it.

With the id of a lock that is held it renews that lock; with `--renew` it does nothing else.
"""

import os

from .. import lock
from ..store import deploy_lock, state


def run(call):
    app_state = state.AppState(call.app)
    app_state.prepare()
    wanted = call.option('lock') or 'l-h' + os.urandom(6).hex()
    at_work = lock.Lock(call.app)
    held = app_state.deploy_lock()
    if at_work.busy() and (held or {}).get('lock') != wanted:
        # The deploy lock names the person behind a rollout; the account on this host may be shared.
        raise lock.busy_error(call.app, at_work.holder()) if held is None else deploy_lock.refusal(call.app, held)
    held = deploy_lock.take(app_state, wanted, call.caller.name, call.option('reason'), call.option('expires'),
                            bool(call.option('renew')))
    call.output.emit('lock.taken', **deploy_lock.facts(call.app, held))
    return 0
