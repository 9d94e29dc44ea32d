"""Adds to a timeline how containers of an app ended, from Docker's records and, as far as it keeps them, its events."""

import calendar
import json
import os
import time
from typing import Set

from .. import http_client
from ..docker import containers
from ..docker.api import DockerError
from ..errors import HostError

# dockerd holds so many events in memory, and none from before its own start.
HELD = 256
EVENTS_LIMIT = 4 * 1024 * 1024
PID_FILES = ('/run/docker.pid', '/var/run/docker.pid')
NEVER = '0001-'


def add(timeline, engine, host_id):
    """Returns the ids of the containers of the app that Docker knows or tells of, with their names for people."""
    names = {one['Id']: _named(one['Labels']) for one in containers.find(engine, host_id, timeline.app)}
    kept = list(names.items())
    try:
        _from_events(timeline, engine, host_id, names)
    finally:
        for identity, name in kept:
            _kept(timeline, engine, identity, name)
    return names


def _named(labels):
    process = labels.get(containers.PROCESS)
    return '%s %s of release %s' % (
        process or 'instance', labels.get(containers.INSTANCE), labels.get(containers.RELEASE))


def _kept(timeline, engine, identity, name):
    """Adds the last end of a container that is still there, unless an event told it.

    Of one that was started again Docker keeps when it ended, and not how.
    """
    seen = containers.inspect(engine, identity)
    state = (seen or {}).get('State') or {}
    ended = state.get('FinishedAt') or NEVER
    if not ended.startswith(NEVER) and not _is_told(timeline, identity, _moment(ended)):
        running = state.get('Running')
        _ended(timeline, _moment(ended), identity, name, None if running else state.get('ExitCode'),
               bool(state.get('OOMKilled')) and not running)


def _ended(timeline, moment, identity, name, exit_code, out_of_memory):
    how = 'exit code %s' % exit_code if exit_code is not None else 'its exit code is not known'
    if out_of_memory:
        how = 'out of memory, killed by the kernel' if exit_code in (None, 137) else (
            how + ', after the kernel killed a process of it: out of memory')
    timeline.add(moment, 'container', '%s ended: %s' % (name, how), container=identity[:12], exit_code=exit_code,
                 oom_killed=out_of_memory)


def _from_events(timeline, engine, host_id, names):
    told = _events(engine)
    out_of_memory: Set[str] = set()
    for event in told:
        actor = event.get('Actor') or {}
        labels, identity = actor.get('Attributes') or {}, str(actor.get('ID'))
        if labels.get(containers.APP) != timeline.app or labels.get(containers.HOST) != host_id or (
                event.get('Type') != 'container'):
            continue
        moment, what = event['timeNano'] / 1e9, str(event.get('Action'))
        name = names.setdefault(identity, _named(labels))
        if what == 'oom':
            out_of_memory.add(identity)
        elif what == 'die':
            code = str(labels.get('exitCode'))
            _ended(timeline, moment, identity, name, int(code) if code.isdigit() else None,
                   identity in out_of_memory)
        elif what == 'start':
            out_of_memory.discard(identity)
            timeline.add(moment, 'start', '%s was started' % name, container=identity[:12])
        elif what.startswith('health_status:') and 'unhealthy' in what:
            timeline.add(moment, 'health', "%s is unhealthy, says the image's health check" % name,
                         container=identity[:12])
    _coverage(timeline, told)


def _is_told(timeline, identity, moment):
    """Returns whether the end of a container is in the timeline already: from Docker's record of it."""
    return any(each.kind == 'container' and each.facts['container'] == identity[:12]
               and abs(each.moment - moment) < 2.0 for each in timeline.entries()[0])


def _coverage(timeline, told):
    """Notes what Docker's events do not tell of the period."""
    started = next((os.stat(path).st_mtime for path in PID_FILES if os.path.exists(path)), None)
    if started is not None:
        timeline.add(started, 'host', 'the Docker daemon was started')
    oldest = min((event['timeNano'] / 1e9 for event in told), default=None)
    if oldest is not None and oldest <= timeline.begin or (
            len(told) < HELD and started is not None and started <= timeline.begin):
        return
    since = max(filter(None, (oldest, started)), default=None) if len(told) < HELD else oldest
    timeline.lacks('Docker events', 'the daemon keeps its last %d events in memory%s; of containers that are still '
                   'there the last end is known' % (HELD, '' if since is None else ', here since %s' % time.strftime(
                       '%Y-%m-%d %H:%M:%S UTC', time.gmtime(since))))


def _events(engine):
    """Returns all events that the daemon holds, oldest first."""
    try:
        answer, connection = engine.open('GET', '/events', {'since': '0', 'until': '%.6f' % time.time()})
        with connection:
            lines = answer.read(EVENTS_LIMIT).split(b'\n')
        found = [json.loads(line) for line in lines if line.strip()]
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot tell its events: %s' % problem.message) from problem
    except (OSError, http_client.HttpError, ValueError) as problem:
        raise HostError('unavailable', 'Docker cannot tell its events: %s' % type(problem).__name__) from problem
    return [event for event in found if isinstance(event, dict) and isinstance(event.get('timeNano'), int)]


def _moment(text):
    """Returns the seconds since 1970 of a time as Docker writes it: UTC with nanoseconds."""
    whole, _, part = text.rstrip('Z').partition('.')
    return calendar.timegm(time.strptime(whole[:19], '%Y-%m-%dT%H:%M:%S')) + float('0.' + (part[:6] or '0'))
