"""Which release users were led to, and since when, from the records of transactions."""

from typing import List, NamedTuple, Optional

from .. import events
from ..store import transactions


class Live(NamedTuple):
    """A release that became live; `since` is None for the one before the oldest recorded transaction."""

    since: Optional[float]
    release: Optional[str]      # None: nothing was live
    digest: Optional[str] = None
    tag: Optional[str] = None


def releases(app_state) -> List[Live]:
    """Returns the releases of an app that were live, oldest first."""
    found: List[Live] = []
    for record in transactions.every(app_state):
        recorded, _ = events.read(record.events_path)
        if not recorded or recorded[0]['type'] != 'deploy.started':
            continue
        if not found:
            found.append(_described(app_state, None, recorded[0].get('replaces')))
        changed = _change(app_state, recorded)
        if changed is not None:
            found.append(changed)
    return _with_recorded(app_state, found)


def _change(app_state, recorded):
    """Returns what a transaction made live; None if it changed nothing. What it undid itself does not count."""
    last = recorded[-1]
    switched = next((event['ts'] for event in recorded if event['type'] == 'switched'), None)
    if last['type'] != 'deploy.finished' or not last.get('changed') or switched is None:
        return None
    return Live(events.moment(switched), last.get('serving'), last.get('digest'), last.get('tag'))


def _with_recorded(app_state, found):
    """Adds the live release where its transaction is not recorded any more."""
    facts = app_state.load()
    current = None if facts.get('stopped') else facts.get('current')
    if current and (not found or found[-1].release != current):
        since = facts.get('switched') or facts.get('since')
        found.append(_described(app_state, events.moment(since) if since else None, current))
    return found


def _described(app_state, since, release):
    record = app_state.sound_release(release)
    return Live(since, release, record.digest, record.tag) if record else Live(since, release)
