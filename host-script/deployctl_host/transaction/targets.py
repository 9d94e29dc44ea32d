"""Which kept release a rollback means. Asked before a transaction is begun, and again in it."""

from ..errors import HostError
from ..store import lineage
from ..store.transactions import TransactionRecord


def check(app_state, request):
    """Refuses, before anything is recorded, what could only be refused later."""
    look = {'rollback': lambda: find(app_state, request), 'start': lambda: find(app_state, request),
            'restart': lambda: serving(app_state), 'stop': lambda: current(app_state),
            'maintenance': lambda: current(app_state)}.get(request.verb)
    if look is not None:
        look()


def serving(app_state):
    """The release that serves; 'not-found' where none does."""
    stopped = app_state.load().get('stopped')
    if stopped:
        raise _absent('%s is stopped, since %s by %s' % (app_state.app, stopped['since'], stopped['by']),
                      'deployctl-host start %s' % app_state.app)
    return current(app_state)


def current(app_state):
    """The release that is recorded, in service or stopped."""
    found = _current(app_state)
    if found is None:
        raise _absent('no release of %s is in service on this host' % app_state.app,
                      'deployctl-host deploy %s --tag=...' % app_state.app)
    return found


def find(app_state, request):
    """The record of the release that a rollback goes to; `start` goes to the one that is recorded."""
    if request.verb == 'start':
        return current(app_state)
    if request.to:
        return _kept(app_state, request.to)
    if request.undo:
        return _undone(app_state, request.undo)
    previous = app_state.load().get('previous')
    if not previous:
        raise _absent('there is no release of %s before the one that serves' % app_state.app,
                      'deployctl-host history %s shows what ran here' % app_state.app)
    return _kept(app_state, previous)


def _current(app_state):
    return app_state.release(app_state.load().get('current'))


def _kept(app_state, name):
    found = app_state.release(name)
    if found is None:
        raise _absent('release %s of %s is not kept on this host' % (name, app_state.app),
                      'kept are: %s' % (', '.join(app_state.releases()) or 'none'))
    return found


def _undone(app_state, rollout):
    """What served before a rollout; what serves now, where that rollout changed nothing or is undone already."""
    undone = TransactionRecord(app_state, rollout)
    if not undone.exists:
        raise _absent('no rollout %s of %s is recorded on this host' % (rollout, app_state.app),
                      'deployctl-host history %s' % app_state.app)
    told, current = undone.finish(), _current(app_state)
    now = current.id if current else None
    if told is None or not told.get('changed'):
        if current is None:
            raise _absent('rollout %s changed nothing, and nothing serves' % rollout)
        return current
    before = undone.replaced()
    if before is None:
        raise _absent('rollout %s was the first of %s here: there is nothing to go back to' % (rollout, app_state.app),
                      'deployctl-host stop %s takes it out of service' % app_state.app)
    if now not in (told['serving'], before) and not _restarted_since(app_state, rollout):
        raise _absent('rollout %s put %s in service; %s serves now' % (rollout, told['serving'], now),
                      'say which release you want: --to=%s' % before)
    return _kept(app_state, before)


def _restarted_since(app_state, rollout):
    """Whether all that came since is restarts of what that rollout brought."""
    brought = lineage.deploy_of(app_state, app_state.load().get('current'))
    return brought is not None and brought.rollout == rollout


def _absent(message, hint=None):
    return HostError('not-found', message, state='nothing was touched', hint=hint)
