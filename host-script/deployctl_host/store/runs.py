"""The records of one-off commands: caller, container and result of each.

    <app>/runs/<id>.json    written before the command starts, and again when it has ended
"""

import os
import re

from .. import events, files

KEPT = 200
LINES = 10
LINE = 500
NAME = re.compile(r'([0-9a-f]{12})\.json')


def begin(app_state, identity, **facts):
    """Records a command that is about to start.

    `facts` are number (among the transactions of this host), by, from, words, release, digest, tag, container.
    """
    app_state.prepare()
    files.make_dir(_root(app_state), 0o700)
    files.write_json(_path(app_state, identity), dict(facts, ts=events.now(), ended=None))


def end(app_state, identity, exit, ms, lines=(), error=None):
    """Records the result of a command; a second call changes nothing."""
    found = files.read_json(_path(app_state, identity))
    if found is None or found.get('ended'):
        return
    files.write_json(_path(app_state, identity), dict(
        found, ended=events.now(), exit=exit, ms=ms, error=error, lines=[line[:LINE] for line in lines][-LINES:]))


def cancel(app_state, identity):
    """Removes the record of a command that could not be started."""
    files.remove_file(_path(app_state, identity))


def every(app_state):
    """Returns (id, facts) of all recorded commands, oldest first."""
    try:
        names = os.listdir(_root(app_state))
    except FileNotFoundError:
        return []
    found = [(match.group(1), files.read_json('%s/%s' % (_root(app_state), match.group()), {}))
             for match in map(NAME.fullmatch, names) if match]
    return sorted((one for one in found if one[1].get('ts')), key=lambda one: place(one[1]))


def place(facts):
    """Returns a command's position among the transactions of this host, independent of the clock."""
    return (facts.get('number') or 0, 0.0)


def brief(facts):
    """Returns the fields of a running command in a `status` event."""
    return {'by': facts.get('by'), 'since': facts['ts'], 'words': facts.get('words') or [],
            'container': (facts.get('container') or '')[:12], 'release': facts.get('release')}


def described(facts):
    """Describes a running command in a sentence."""
    return '%s since %s by %s, in container %s' % (
        ' '.join(facts.get('words') or []), facts['ts'], facts.get('by'), (facts.get('container') or '')[:12])


def summary(facts):
    """Returns the fields of a command in a `history` event."""
    ended, exit = facts['ended'], facts.get('exit')
    error = facts.get('error')
    if ended and error is None and exit != 0:
        error = 'exit %s' % exit
    return {'ts': facts['ts'], 'by': facts.get('by'), 'from': facts.get('from'), 'verb': 'run', 'rollout': None,
            'release': facts.get('release'), 'digest': facts.get('digest'), 'tag': facts.get('tag'), 'replaces': None,
            'outcome': None if not ended else 'succeeded' if exit == 0 and not facts.get('error') else 'failed',
            'ms': facts.get('ms'), 'error': error,
            'run': {'words': facts.get('words') or [], 'container': (facts.get('container') or '')[:12],
                    'exit': exit, 'lines': facts.get('lines') or []}}


def forget_old(app_state):
    """Removes all but the newest records of commands that have ended."""
    ended = [identity for identity, facts in every(app_state) if facts['ended']]
    for identity in ended[:-KEPT]:
        cancel(app_state, identity)


def _root(app_state):
    return app_state.root + '/runs'


def _path(app_state, identity):
    return '%s/%s.json' % (_root(app_state), identity)
