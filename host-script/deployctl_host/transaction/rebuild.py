"""Rebuilds `state.json` of an app from what nginx routes to and from the records of its transactions.

The release that nginx routes to is the live one, whatever a file says: a record that was lost, damaged or restored from
a backup must neither stop it without a drain nor keep an undo from routing users back to it. Nothing routes to a
release without a web part. Its record alone says that it is live; if that is lost, its running containers do.
"""

from typing import Dict, List

from .. import events, files, journal
from ..errors import HostError
from ..nginx import vhost
from ..store import transactions
from . import rebuild_release, routing

PUT_IN_SERVICE = ('deploy', 'promote', 'rollback', 'restart', 'start')


def mismatch(scope):
    """Returns why the app's state must be rebuilt, in a sentence; None if it agrees with what nginx routes to."""
    try:
        facts = scope.state.load()
    except HostError as problem:
        return problem.message
    if scope.state.unfinished() is not None:
        return None
    leads = routing.routed_release(scope)
    if facts.get('current') is None:
        return 'it has no record of a live release' if _is_known(scope, leads) or _without_web(scope) else None
    current = scope.state.sound_release(facts['current'])
    if current is None:
        return 'its record of release %s is missing or damaged' % facts['current']
    if not current.is_web or leads in (None, facts['current']) or not _is_known(scope, leads):
        return None
    return 'it records release %s as live, and nginx leads to %s' % (facts['current'], leads)


def is_lost(scope):
    """Returns whether nothing is recorded as live although a release that is kept here is."""
    try:
        if scope.state.load().get('current') is not None or scope.state.unfinished() is not None:
            return False
    except HostError:
        return False
    return bool(scope.state.releases()) and (_is_known(scope, routing.routed_release(scope)) or bool(
        _without_web(scope)))


def _is_known(scope, name):
    return name is not None and (
        scope.state.sound_release(name) is not None or transactions.of_release(scope.state, name) is not None)


def _without_web(scope):
    """Returns the release without a web part that is live if nothing is recorded; None if there is none."""
    running = rebuild_release.kept_running(scope)
    found = _committed(scope.state, running, _done(scope.state)) if running is not None else None
    record = scope.state.sound_release(found)
    return found if found in (running or ()) or record is not None and not record.is_web else None


def _committed(app_state, running, done):
    """Returns the release that was committed last, of those that run if any does."""
    served = [one['serving'] for one in reversed(done) if one['serving']]
    if running:
        return next((name for name in served if name in running), max(running))
    return next(iter(served), None)


def rebuild(scope):
    """Rewrites the state, with a warning, and the record of the live release if that is missing too."""
    why = mismatch(scope)
    if why is None:
        return False
    running = rebuild_release.kept_running(scope)
    facts = reconstruct(scope.state, scope.host.nginx, running)
    current = facts['current']
    if current is not None and scope.state.sound_release(current) is None:
        scope.state.save_release(rebuild_release.release_record(scope, current))
    scope.state.prepare()
    files.write_json(scope.state.path, facts)
    scope.warn('state', 'the record of %s was rebuilt, for %s: %s is live, the one before it is %s' % (
        scope.app, why, current or 'nothing', facts['previous'] or 'not known'))
    if current in (running or ()) and len(running) > 1:
        scope.warn('state', 'processes of several releases run (%s); %s is taken for the live one, because it is the '
                            'last that was committed as far as is known. If that is wrong: deployctl-host rollback %s '
                            '--to=RELEASE' % (', '.join(running), current, scope.app))
    return True


def reconstruct(app_state, nginx, running=None):
    """Returns the content that `state.json` should have. `running` are releases without a web part that run."""
    done = _done(app_state)
    text = vhost.read(nginx, app_state.app)
    current, committed = _current(app_state, text, done, running)
    brought = [one for one in done if one['verb'] in PUT_IN_SERVICE and one['serving']]
    order = [name for name in _last_first(brought) if app_state.sound_release(name)]
    own = next((one for one in reversed(brought) if one['serving'] == current), None)
    facts = {'current': current, 'previous': _previous(app_state, current, brought, order), 'order': order[::-1],
             'committed': committed or (own or {}).get('rollout'), 'ports': _ports(app_state, current, order)}
    facts.update(_service(app_state, current, own))
    facts.update(_closed(_page(app_state, current, running, text, done), done))
    return facts


def _done(app_state):
    return [one for one in map(_summary, transactions.every(app_state)) if one is not None]


def _summary(record):
    """Summarizes what a transaction did; None for one that changed nothing or has not ended."""
    told, _ = events.read(record.events_path)
    first = told[0] if told and told[0]['type'] == 'deploy.started' else {}
    last = next((event for event in reversed(told) if event['type'] == 'deploy.finished'), None)
    if last is None or last.get('outcome') != 'succeeded':
        return None
    ended = {event.get('step'): event['ts'] for event in told if event['type'] == 'step.finished'}
    return {'verb': last.get('verb'), 'serving': last.get('serving'), 'replaces': first.get('replaces'),
            'by': first.get('by'), 'rollout': record.rollout, 'since': ended.get('commit') or last['ts'],
            'switched': journal.moment(record.entries(), 'switch', 'kept'), 'on': _asked_on(record)}


def _asked_on(record):
    try:
        request = record.request()
        return bool(request and request.on)
    except HostError:
        return False


def _current(app_state, text, done, running):
    """Returns (the live release, the rollout that committed it, if that has not ended)."""
    unfinished = app_state.unfinished()
    entries = transactions.TransactionRecord(app_state, unfinished).entries() if unfinished else []
    if any(entry['step'] == 'begin' for entry in entries):
        if any((entry['step'], entry['phase']) == ('commit', 'end') for entry in entries):
            return journal.fact(entries, 'release'), unfinished
        return journal.fact(entries, 'old'), None
    mode, named = vhost.parse_mark(text)
    leads = app_state.pointed_at() if mode != 'port' else named
    if leads is not None:
        return leads, None
    return _committed(app_state, running, done), None


def _last_first(brought):
    return list(dict.fromkeys(one['serving'] for one in reversed(brought)))


def _previous(app_state, current, brought, order):
    """Returns the release that was live before the current one."""
    for one in reversed(brought):
        if one['serving'] == current and one['replaces'] not in (None, current):
            return one['replaces'] if app_state.sound_release(one['replaces']) else None
    return next((name for name in order if name != current), None)


def _service(app_state, current, own):
    """Returns since when, by whom and by which rollout the live release runs."""
    if own is not None:
        return {name: own[name] for name in ('since', 'switched', 'by', 'rollout', 'verb')}
    record = app_state.sound_release(current)
    since, by, rollout = (record.created, record.by, record.rollout) if record else (None, None, None)
    return {'since': since or events.now(), 'switched': None, 'by': by, 'rollout': rollout, 'verb': 'deploy'}


def _page(app_state, current, running, text, done):
    """Returns the page that users get; for a release without a web part 'stopped' if it was stopped."""
    record = app_state.sound_release(current)
    if record is None or record.is_web:
        return vhost.parse_closed(text)
    return 'stopped' if not running and done and done[-1]['verb'] == 'stop' else None


def _closed(page, done):
    """Returns `stopped` and `maintenance`, as the virtual host shows them to users."""
    maintenance = next((one for one in reversed(done) if one['verb'] == 'maintenance'), None)
    stop = next((one for one in reversed(done) if one['verb'] == 'stop'), None)
    closed = page == 'maintenance' or page == 'stopped' and maintenance is not None and maintenance['on']
    return {'stopped': _who(stop) if page == 'stopped' else None, 'maintenance': _who(maintenance) if closed else None}


def _who(one):
    found = one or {'since': events.now(), 'by': 'recover', 'rollout': None}
    return {name: found[name] for name in ('since', 'by', 'rollout')}


def _ports(app_state, current, order):
    """Returns the pairs of ports as far as kept releases show them; a missing half is allotted when it is needed."""
    pairs: Dict[str, List[int]] = {}
    for name in dict.fromkeys([current] + order + app_state.releases()):
        record = app_state.sound_release(name)
        for place, port in enumerate(record and record.ports or ()):
            pair = pairs.setdefault(str(place + 1), [])
            if record.mode == 'port' and port not in pair and len(pair) < 2:
                pair.append(port)
    return {instance: sorted(pair) for instance, pair in pairs.items() if pair}
