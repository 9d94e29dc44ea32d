"""`logs`: prints the output of the instances of a release, merged by time; with --grep the lines with a text."""

import heapq
import time
from typing import Dict, List, Optional, Tuple

from ..config import definition, parts
from ..docker import containers, logs
from ..docker.api import Engine
from ..errors import HostError
from ..inspection import log_filter
from ..inspection.log_follower import LogFollower, of_process, process_field
from ..store import state, transactions

TAIL = 100


def run(call):
    app_state = state.AppState(call.app)
    engine = Engine(definition.load_host().docker)
    release = call.option('release') or app_state.load().get('current')
    if release is None:
        raise HostError('not-found', 'no release of %s has served on this host' % call.app,
                        hint='deployctl-host history %s tells of those that failed; name one: --release=' % call.app)
    tail = call.option('tail') or TAIL
    since = None if call.option('since') is None else time.time() - call.option('since')
    process, wanted = call.option('process'), log_filter.of(call)
    found = containers.find(engine, state.host_id(), call.app, release) if state.knows_host_id() else []
    found = of_process(found, process)
    if call.option('follow') and found:
        return LogFollower(call, engine, app_state, call.option('release'), tail, since, process, wanted).run()
    told = _merged(engine, found, tail, since, wanted) if found else _kept(
        app_state, call.app, release, process, tail, since, wanted)
    lines = 0
    for ts, of, instance, stream, text in told:
        call.output.emit('log.line', ts=ts, instance=instance, release=release, stream=stream, line=text,
                         **process_field(of))
        lines += 1
        if not call.output.open:
            break
    call.output.emit('logs.finished', lines=lines)
    return 0


def _merged(engine, found, tail, since, wanted):
    """Merges the lines of all instances, each of which comes in order."""
    return heapq.merge(*(_of(engine, one, tail, since, wanted) for one in found), key=_place)


def _place(line):
    return line[0], line[1] or '', line[2]


def _of(engine, one, tail, since, wanted):
    process, instance = containers.process_of(one), int(one['Labels'][containers.INSTANCE])
    lines = logs.lines(engine, one['Id'], tail if wanted is None else None, since)
    for ts, stream, text in lines if wanted is None else wanted.last(lines, tail):
        yield ts, process, instance, stream, text


def _kept(app_state, app, release, process, tail, since, wanted):
    """Returns the kept last lines of a release that failed, whose containers were removed."""
    made_by = transactions.of_release(app_state, release)
    lines = [line for line in made_by.kept_logs() if process in (None, line[1] or parts.WEB)] if made_by else []
    if not lines:
        what = 'no log of it was kept' if made_by or app_state.release(release) else 'it is not known on this host'
        raise HostError('not-found', 'release %s of %s has no containers here, and %s' % (release, app, what),
                        hint='deployctl-host history %s shows what ran here' % app)
    oldest = '' if since is None else time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(since))
    by_instance: Dict[Tuple[Optional[str], int], List[Tuple[str, Optional[str], int, str, str]]] = {}
    for line in lines:
        if line[0] >= oldest and (wanted is None or wanted.matches(line[-1])):
            by_instance.setdefault(line[1:3], []).append(line)
    return sorted((line for each in by_instance.values() for line in each[-tail:]), key=_place)
