"""Adds to a timeline what the script has recorded: transactions, env names, one-off commands, locks, drains."""

from .. import events, phrases
from ..errors import HostError
from ..store import applied, drained, runs, transactions

CLOSING = {'stop': 'users get the 503 page: the app is stopped', 'maintenance': 'the maintenance page was switched'}
RUNS = {'run': 'command', 'release': 'release command', 'check': 'check of the release command',
        'schedule': 'scheduled command', 'console': 'console'}


def deploys(timeline, app_state):
    """Adds the beginning, the failed steps, the switch and the end of each transaction."""
    for record in transactions.every(app_state):
        recorded, _ = events.read(record.events_path)
        if not recorded or recorded[0]['type'] != 'deploy.started':
            continue
        first = recorded[0]
        about = {'rollout': record.rollout, 'verb': first['verb']}
        for event in recorded:
            moment = events.moment(event['ts'])
            if timeline.within(moment):
                _deploy_event(timeline, moment, event, first, about)
        last = recorded[-1]
        if last['type'] == 'deploy.finished' and last.get('changed') and timeline.within(events.moment(last['ts'])):
            _env_names(timeline, app_state, events.moment(last['ts']), first.get('replaces'), last.get('serving'))


def _deploy_event(timeline, moment, event, first, about):
    verb, kind = first['verb'], event['type']
    if kind == 'deploy.started':
        image = first.get('tag') or (first.get('digest') or '')[:19]
        timeline.add(moment, 'deploy', '%s%s by %s began' % (verb, ' of ' + image if image else '', first.get('by')),
                     **dict(about, release=first.get('release')))
    elif kind == 'switched' and event.get('mode') != 'none':
        timeline.add(moment, 'switch', CLOSING.get(verb) or 'users were led to release %s' % first.get('release'),
                     **about)
    elif kind == 'step.failed':
        timeline.add(moment, 'step', 'step %s of the %s failed: %s' % (
            event['step'], verb, (event.get('error') or {}).get('message')), **about)
    elif kind == 'deploy.finished':
        error = (event.get('error') or {}).get('message')
        timeline.add(moment, 'deploy', '%s %s after %s%s' % (
            verb, event['outcome'], phrases.duration(event.get('ms') or 0), ': ' + error if error else ''),
            **dict(about, outcome=event['outcome'], release=event.get('serving')))


def _env_names(timeline, app_state, moment, before, after):
    """Adds the names in the environment that differ between two releases, never a value."""
    if not before or not after or before == after:
        return
    try:
        old, new = app_state.release_env(before), app_state.release_env(after)
    except HostError as problem:
        timeline.lacks('environment', problem.message)
        return
    if old is None or new is None:
        timeline.lacks('environment', 'that of release %s is not kept any more' % (before if old is None else after))
        return
    old, new = old['values'], new['values']
    names = {'added': sorted(set(new) - set(old)), 'removed': sorted(set(old) - set(new)),
             'changed': sorted(name for name in set(new) & set(old) if new[name] != old[name])}
    if any(names.values()):
        timeline.add(moment, 'env', 'the environment of the new release differs: ' + '; '.join(
            '%s %s' % (how, ', '.join(found)) for how, found in names.items() if found), names=names)


def commands(timeline, app_state):
    """Adds the beginning and the end of one-off commands."""
    for identity, facts in runs.every(app_state):
        if facts.get('refused'):
            continue
        words = ' '.join(facts['words'])
        name = '%s %s' % (RUNS.get(facts['kind'], facts['kind']), facts.get('schedule') or words)
        about = {'run': identity, 'run_kind': facts['kind']}
        timeline.add(events.moment(facts['ts']), 'run', '%s by %s began' % (name, facts['by']), **about)
        if facts['ended']:
            error = facts['error'] or ('exit code %s' % facts['exit'] if facts['exit'] is not None
                                       else 'its exit code is not known')
            timeline.add(events.moment(facts['ended']), 'run', '%s ended: %s' % (
                name, 'succeeded' if runs.outcome(facts) == 'succeeded' else error),
                **dict(about, exit_code=facts['exit'], outcome=runs.outcome(facts)))


def standing(timeline, app_state):
    """Adds what held already when the period began: a deploy lock, a drain. The audit log tells of later ones."""
    held = app_state.deploy_lock()
    if held and events.moment(held['since']) < timeline.begin:
        timeline.add(timeline.begin, 'lock', 'locked by %s since %s%s' % (
            held['holder'], phrases.when(held['since']), ': ' + held['reason'] if held.get('reason') else ''))
    away = drained.load()
    if away and away['since'] and events.moment(away['since']) < timeline.begin:
        timeline.add(timeline.begin, 'drain', 'the host was drained since %s by %s' % (
            phrases.when(away['since']), away['by'] or '-'))


def apply(timeline):
    """Adds the last apply of the operators' files."""
    last = applied.load()
    if last is not None:
        timeline.add(events.moment(last.at), 'apply', "operators' files were applied by %s%s" % (
            last.by, ', commit %s' % last.commit[:12] if last.commit else ''), commit=last.commit)
