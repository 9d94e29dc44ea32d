"""Finds the release that a request is about, before a transaction begins and again in it."""

from ..errors import HostError
from ..store import held, lineage
from ..store.transactions import TransactionRecord


def check(app_state, request):
    """Refuses, before anything is recorded, a request that would be refused later anyway."""
    if request.verb in ('rollback', 'start'):
        rollback_target(app_state, request)
    elif request.verb == 'restart':
        live(app_state)
    elif request.verb == 'stop':
        recorded(app_state)
    elif request.verb == 'maintenance':
        closable(app_state)
    elif request.verb == 'deploy':
        require_none_held(app_state, request)
    elif request.verb == 'promote':
        promotable(app_state, request)
    elif request.verb == 'abandon':
        abandoned(app_state, request)


def require_none_held(app_state, request):
    """Refuses a deploy while a release is held, unless it is to end that. Returns the held release that it ends."""
    found = held.load(app_state)
    if found is None or request.force or not found.left():
        return found
    raise HostError('held', '%s (%s) of %s is held by %s since %s, until %s' % (
        found.tag or (found.digest or '')[:19], found.release, app_state.app, found.by, found.since, found.until),
        state='nothing was touched',
        hint='deployctl-host promote %s makes it live, deployctl-host abandon %s removes it' % (
            app_state.app, app_state.app))


def promotable(app_state, request):
    """Returns the record of the release that a promote makes live. HostError('not-found') if that is not held."""
    found = abandoned(app_state, request)
    if found is None:
        raise _absent('no release of %s is held on this host' % app_state.app,
                      'deployctl-host deploy %s --tag=... --hold=3600 holds one; it may have expired: deployctl-host '
                      'history %s' % (app_state.app, app_state.app))
    record = app_state.release(found.release)
    if record is None:
        raise _absent('the record of the held release %s of %s is missing' % (found.release, app_state.app),
                      'deployctl-host abandon %s' % app_state.app)
    return record


def abandoned(app_state, request):
    """Returns the held release that an abandon removes, or None. HostError('not-found') if another one is held."""
    found = held.load(app_state)
    if found is not None and request.release not in (None, found.release):
        raise _absent('release %s of %s is not held on this host, but %s since %s by %s' % (
            request.release, app_state.app, found.release, found.since, found.by),
            'name that one, or none, if it is meant')
    return found


def live(app_state):
    """Returns the live release. HostError('not-found') if there is none, or the app is stopped."""
    stopped = app_state.load().get('stopped')
    if stopped:
        raise _absent('%s is stopped, since %s by %s' % (app_state.app, stopped['since'], stopped['by']),
                      'deployctl-host start %s' % app_state.app)
    return recorded(app_state)


def recorded(app_state):
    """Returns the recorded release, live or stopped. HostError('not-found') if there is none."""
    found = _current(app_state)
    if found is None:
        raise _absent('no release of %s is in service on this host' % app_state.app,
                      'deployctl-host deploy %s --tag=...' % app_state.app)
    return found


def closable(app_state):
    """Returns the recorded release, which users reach through nginx. HostError('usage') if it has no web part."""
    return served(app_state, recorded(app_state), 'there is nothing to close to users',
                  'deployctl-host stop %s ends its processes' % app_state.app)


def served(app_state, record, why, hint):
    """Returns a release with a web part; HostError('usage') for one without, which says `why` this matters."""
    if not record.is_web:
        raise HostError('usage', 'the live release of %s has no web part: %s' % (app_state.app, why),
                        state='nothing was touched', hint=hint)
    return record


def rollback_target(app_state, request):
    """Returns the release that a rollback goes to; for `start` the recorded one."""
    if request.verb == 'start':
        return recorded(app_state)
    if request.to:
        return _kept(app_state, request.to)
    if request.undo:
        return _undone(app_state, request.undo)
    previous = app_state.load().get('previous')
    if not previous:
        raise _absent('there is no release of %s before the live one' % app_state.app,
                      'deployctl-host history %s shows what ran here' % app_state.app)
    return _kept(app_state, previous)


def _current(app_state):
    return app_state.release(app_state.load().get('current'))


def _kept(app_state, name):
    found = app_state.release(name)
    if found is not None and name == held.release_of(app_state):
        raise HostError('held', 'release %s of %s is held, and was never live' % (name, app_state.app),
                        state='nothing was touched', hint='deployctl-host promote %s makes it live' % app_state.app)
    if found is None:
        raise _absent('release %s of %s is not kept on this host' % (name, app_state.app),
                      'kept are: %s' % (', '.join(app_state.releases()) or 'none'))
    return found


def _undone(app_state, rollout):
    """Returns what was live before a rollout, or what is live now if that rollout changed nothing or was undone."""
    undone = TransactionRecord(app_state, rollout)
    if not undone.exists:
        raise _absent('no rollout %s of %s is recorded on this host' % (rollout, app_state.app),
                      'deployctl-host history %s' % app_state.app)
    told, current = undone.finish(), _current(app_state)
    now = current.id if current else None
    if told is None or not told.get('changed'):
        if current is None:
            raise _absent('rollout %s changed nothing, and no release is live' % rollout)
        return current
    before = undone.replaced()
    if before is None:
        raise _absent('rollout %s was the first of %s here: there is nothing to go back to' % (rollout, app_state.app),
                      'deployctl-host stop %s takes it out of service' % app_state.app)
    if now not in (told['serving'], before) and not _restarted_since(app_state, rollout):
        raise _absent('rollout %s put %s in service; %s is live now' % (rollout, told['serving'], now),
                      'say which release you want: --to=%s' % before)
    return _kept(app_state, before)


def _restarted_since(app_state, rollout):
    """Returns whether everything since that rollout was a restart of its release."""
    brought = lineage.deploy_of(app_state, app_state.load().get('current'))
    return brought is not None and brought.rollout == rollout


def _absent(message, hint=None):
    return HostError('not-found', message, state='nothing was touched', hint=hint)
