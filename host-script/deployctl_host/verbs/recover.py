"""`recover`: settles what a crash, a power cut or a daemon that refused left behind, of one app or of all that the caller
may deploy.

Every other verb settles an unfinished transaction first; containers that run and are not live are looked for here, and at
the start of every release.
"""

from .. import definition, lock, state
from ..errors import HostError
from ..transaction import settle as settling, strays
from ..transaction.scope import Scope


def run(call):
    apps = [call.app] if call.app else [app for app in state.known_apps() if call.may(app)]
    settled, first = 0, None
    for app in apps:
        try:
            settled += settle(call, app) | clean(call, app)
        except HostError as problem:
            first = first or problem
            call.warn('recover', '%s: %s' % (app, problem.message))
    if first is not None:
        raise first
    call.output.emit('recover.finished', apps=len(apps), settled=settled)
    return 0


def settle(call, app):
    """Settles one app's unfinished transaction; 1 when there was one."""
    if state.AppState(app).unfinished() is None:
        return 0
    facts = settling.settle(app, definition.load_app(app), definition.load_host())
    if facts is None:
        return 0
    call.output.emit('recovered', **facts)
    return 1


def clean(call, app):
    """Ends containers of an app that run and are not live; 1 when there were any. Nothing while somebody is at work."""
    app_lock = lock.Lock(app)
    if not state.knows_host_id() or not app_lock.take():
        return 0
    try:
        told = []

        def warn(code, message):
            told.append(code)
            call.warn(code, message)
        scope = Scope(definition.load_app(app), definition.load_host(), warn)
        with scope.tolerant('recover'):
            strays.settle(scope, strays.live(scope))
        return int('stray' in told)
    finally:
        app_lock.free()
