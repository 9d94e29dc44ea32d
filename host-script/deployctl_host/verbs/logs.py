"""`logs`: prints the output of the instances of a release, merged by time."""

import heapq
import time
from typing import Dict, List, Tuple

from ..config import definition
from ..docker import containers, logs
from ..docker.api import Engine
from ..errors import HostError
from ..inspection.log_follower import LogFollower
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
    found = containers.find(engine, state.host_id(), call.app, release) if state.knows_host_id() else []
    if call.option('follow') and found:
        return LogFollower(call, engine, app_state, call.option('release'), tail, since).run()
    told = _merged(engine, found, tail, since) if found else _kept(app_state, call.app, release, tail, since)
    lines = 0
    for ts, instance, stream, text in told:
        call.output.emit('log.line', ts=ts, instance=instance, release=release, stream=stream, line=text)
        lines += 1
        if not call.output.open:
            break
    call.output.emit('logs.finished', lines=lines)
    return 0


def _merged(engine, found, tail, since):
    """Merges the lines of all instances, each of which comes in order."""
    return heapq.merge(*(_of(engine, one, tail, since) for one in found), key=lambda line: line[:2])


def _of(engine, one, tail, since):
    instance = int(one['Labels'][containers.INSTANCE])
    for ts, stream, text in logs.lines(engine, one['Id'], tail, since):
        yield ts, instance, stream, text


def _kept(app_state, app, release, tail, since):
    """Returns the kept last lines of a release that failed, whose containers were removed."""
    made_by = transactions.of_release(app_state, release)
    lines = made_by.kept_logs() if made_by else []
    if not lines:
        what = 'no log of it was kept' if made_by or app_state.release(release) else 'it is not known on this host'
        raise HostError('not-found', 'release %s of %s has no containers here, and %s' % (release, app, what),
                        hint='deployctl-host history %s shows what ran here' % app)
    oldest = '' if since is None else time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(since))
    by_instance: Dict[int, List[Tuple[str, int, str, str]]] = {}
    for line in lines:
        if line[0] >= oldest:
            by_instance.setdefault(line[1], []).append(line)
    return sorted((line for each in by_instance.values() for line in each[-tail:]), key=lambda line: line[:2])
