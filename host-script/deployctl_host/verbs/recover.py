"""`recover`: settles what a crash, a power cut, a damaged file or a daemon that refused left behind.

It does so for one app or for all that the caller may deploy. Every other verb settles an unfinished transaction first.
A record that cannot be read is rebuilt here alone; containers that run and are not live are looked for here and at the
start of every release. It also confines what containers write, as the boot unit calls it.
"""

from .. import confinement, lock
from ..config import definition
from ..errors import HostError
from ..store import state
from ..transaction import rebuild, recover, removal, strays
from ..transaction.scope import Scope
from . import remove


def run(call):
    apps = [call.app] if call.app else [app for app in state.known_apps() if call.may(app)]
    settled, first = 0, None
    for app in apps:
        try:
            settled += _one(call, app)
        except HostError as problem:
            first = first or problem
            call.warn('recover', '%s: %s' % (app, problem.message))
    for app, why in confinement.every_app(apps).items():
        call.warn('confinement', '%s: %s' % (app, why.message))
    if first is not None:
        raise first
    call.output.emit('recover.finished', apps=len(apps), settled=settled)
    return 0


def _one(call, app):
    if removal.decided(state.AppState(app)):
        return settle(call, app)
    return with_lock(call, app, rebuild.rebuild) | settle(call, app) | with_lock(call, app, _clean)


def settle(call, app):
    """Settles one app's unfinished transaction or removal; 1 when there was one."""
    if removal.decided(state.AppState(app)):
        return with_lock(call, app, lambda scope: remove.finish(call, scope) or True)
    if state.AppState(app).unfinished() is None:
        return 0
    facts = recover.settle(app, definition.load_app(app), definition.load_host())
    if facts is None:
        return 0
    call.output.emit('recovered', **facts)
    return 1


def agree(call, app):
    """Rebuilds a record that can be read and does not say what nginx leads to, before another verb goes by it."""
    if not state.knows_host_id():
        return 0
    scope = Scope(_definition(app), definition.load_host(), call.warn)
    try:
        scope.state.load()
    except HostError as problem:
        problem.state = 'nothing was touched'
        raise
    if rebuild.trouble(scope) is None:      # without the lock: most calls only look, and keep nobody out for it
        return 0
    call.begin()
    return with_lock(call, app, rebuild.rebuild)


def with_lock(call, app, work):
    """Does `work` with the app's lock, and returns 1 when there was something to do; 0 while somebody is at work."""
    app_lock = lock.Lock(app)
    if not state.knows_host_id() or not app_lock.take():
        return 0
    try:
        return int(bool(work(Scope(_definition(app), definition.load_host(), call.warn))))
    finally:
        app_lock.release()


def _definition(app):
    """The app's, or a stand-in for one that is gone."""
    try:
        return definition.load_app(app)
    except HostError as problem:
        if problem.kind != 'not-found':
            raise
        return definition.stand_in(app)


def _clean(scope):
    """Ends containers of an app that run and are not live, where Docker answers."""
    rebuild.rebuild(scope)
    with scope.tolerant('recover'):
        strays.settle(scope, strays.live(scope))
    return not {'state', 'stray'}.isdisjoint(scope.told)
