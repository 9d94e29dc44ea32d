"""`timeline`: tells what happened to an app on this host in a period, from every record of it that there is."""

import time

from .. import events
from ..config import definition
from ..docker.api import Engine
from ..errors import HostError
from ..store import state
from ..timeline import audit_entries, containers, kernel, records, requests
from ..timeline.collected import Timeline

LONGEST = 24 * 3600
TEXT_LIMIT = 400


def run(call):
    timeline = Timeline(call.app, *_period(call))
    app_state = state.AppState(call.app)
    for source, collect in _sources(call, app_state):
        try:
            collect(timeline)
        except HostError as problem:
            timeline.lacks(source, problem.message)
        except OSError as problem:
            timeline.lacks(source, problem.strerror or type(problem).__name__)
    entries, left_out = timeline.entries()
    for each in entries:
        call.output.emit('timeline.entry', ts=events.stamp(each.moment), app=call.app, kind=each.kind,
                         text=each.text[:TEXT_LIMIT], **each.facts)
    if left_out:
        timeline.lacks('entries', '%d more happened further from the middle of this time' % left_out)
    for source, reason in timeline.missing:
        call.output.emit('timeline.missing', source=source, reason=reason)
    call.output.emit('timeline.finished', entries=len(entries))
    return 0


def _period(call):
    """Returns the beginning and the end, in seconds since 1970 by this host's clock."""
    since, until = call.option('since'), call.option('until') or 0
    if not 0 < since - until <= LONGEST:
        raise HostError('usage', '--since must be longer ago than --until, by a day at most',
                        state='nothing was touched', hint='--since=1200 --until=0 are the last 20 minutes')
    now = time.time()
    return now - since, now - until


def _sources(call, app_state):
    """Returns (name, function) of all sources. One that fails is named in the answer and hides no other."""
    host = definition.load_host()
    engine = Engine(host.docker)
    names = {}
    others = (set(state.known_apps()) | set(definition.list_apps())) - {call.app}

    def docker(timeline):
        if state.knows_host_id():
            names.update(containers.add(timeline, engine, state.host_id()))

    return (
        ('transactions', lambda timeline: records.deploys(timeline, app_state)),
        ('one-off commands', lambda timeline: records.commands(timeline, app_state)),
        ('locks and drains', lambda timeline: records.standing(timeline, app_state)),
        ('last apply', records.apply),
        ('audit log', audit_entries.add),
        ('Docker', docker),
        ('kernel messages', lambda timeline: kernel.add(timeline, names, call.caller.uid == 0)),
        ('boot time', kernel.boot),
        ('access log', lambda timeline: requests.add(timeline, app_state, others, call.definition.vhost is not None)))
