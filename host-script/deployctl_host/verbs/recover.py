"""`recover`: settles what a crash, a power cut, a damaged file or a refusal of Docker left behind.

It does so for one app, or for all that the caller may deploy. Every other verb settles an unfinished transaction first.
Only `recover` rebuilds a record that cannot be read and restores the id of the host; strays are also stopped at the
start of every release. It makes the mount that confines containers too, because the boot unit calls it.
"""

from .. import confinement, lock
from ..apply import replacement
from ..balancer import site
from ..config import definition
from ..errors import HostError
from ..schedules import live
from ..store import held, state
from ..transaction import host_identity, rebuild, recover, routing, strays
from ..transaction.holding import ending
from ..transaction.holding import watcher as of_held
from ..transaction.processes import watcher
from ..transaction.scope import Scope
from . import remove


def run(call):
    apps = [call.app] if call.app else [app for app in state.known_apps() if call.may(app)]
    settled, first = 0, None
    try:
        replacement.settle(call.warn)
    except HostError as problem:
        first = problem
    try:
        settled += host_identity.restore(definition.load_host(), call.warn)
    except HostError as problem:
        first = first or problem
    for app in apps:
        try:
            settled += _one(call, app)
        except HostError as problem:
            first = first or problem
            call.warn('recover', '%s: %s' % (app, problem.message))
    if call.app is None:
        site.tend(definition.load_host(), call.warn)
    for app, why in confinement.every_app(apps).items():
        call.warn('confinement', '%s: %s' % (app, why.message))
    if first is not None:
        raise first
    call.output.emit('recover.finished', apps=len(apps), settled=settled)
    return 0


def _one(call, app):
    if state.AppState(app).is_being_removed():
        return settle(call, app)
    return with_lock(call, app, rebuild.rebuild) | settle(call, app) | with_lock(call, app, _stop_strays) | (
        with_lock(call, app, _repair_timers)) | _end_hold(call, app)


def settle(call, app):
    """Settles the unfinished transaction or removal of an app. Returns 1 if there was one, else 0."""
    if state.AppState(app).is_being_removed():
        return with_lock(call, app, lambda scope: remove.finish(call, scope) or True)
    if state.AppState(app).unfinished() is None:
        return 0
    facts = recover.settle(app, definition.load_app(app), definition.load_host())
    if facts is None:
        return 0
    call.output.emit('recovered', **facts)
    return 1


def rebuild_mismatch(call, app):
    """Rebuilds a readable record that differs from what nginx routes to, before another verb goes by it."""
    if not state.knows_host_id():
        return 0
    scope = Scope(_definition(app), definition.load_host(), call.warn)
    try:
        scope.state.load()
    except HostError as problem:
        problem.state = 'nothing was touched'
        raise
    if rebuild.mismatch(scope) is None:      # without the lock: most calls change nothing, and should not block others
        return 0
    call.begin()
    return with_lock(call, app, rebuild.rebuild)


def with_lock(call, app, work):
    """Does `work` under the app's lock. Returns 1 if there was something to do; 0 also while the app is busy."""
    app_lock = lock.Lock(app)
    if not state.knows_host_id() or not app_lock.take():
        return 0
    try:
        return int(bool(work(Scope(_definition(app), definition.load_host(), call.warn))))
    finally:
        app_lock.release()


def _definition(app):
    """Returns the definition of an app, or a stand-in if there is none any more."""
    try:
        return definition.load_app(app)
    except HostError as problem:
        if problem.kind != 'not-found':
            raise
        return definition.stand_in(app)


def _stop_strays(scope):
    """Takes an app without web part out of nginx, and stops the strays of an app, if Docker answers."""
    rebuild.rebuild(scope)
    with scope.tolerant('nginx'):
        if routing.withdraw_leftover(scope):
            scope.warn('vhost', 'the virtual host of %s, which has no web part any more, was removed' % scope.app)
    with scope.tolerant('recover'):
        strays.stop_strays(scope, strays.live_releases(scope))
    watcher.watch_over(scope)
    return not {'state', 'stray', 'vhost'}.isdisjoint(scope.told)


def _end_hold(call, app):
    """Abandons a held release whose time is over, or that a reboot has ended. Returns 1 if it did so, else 0."""
    app_state = state.AppState(app)
    found = held.load(app_state)
    if found is None:
        return 0
    if found.left() and not with_lock(call, app, lambda scope: ending.has_died(scope, found)):
        of_held.look_after(app_state)
        return 0
    if not of_held.abandon(app_state, found):
        call.warn('recover', 'release %s of %s, which is held no longer, cannot be removed now' % (found.release, app))
        return 0
    call.warn('held', 'release %s of %s, which was held by %s until %s, was removed' % (
        found.release, app, found.by, found.until))
    return 1


def _repair_timers(scope):
    """Brings the timers of an app in line with its live release; a refusal of systemd is a warning."""
    changed = False
    with scope.tolerant('schedules'):
        changed = live.repair(scope)
    return changed
