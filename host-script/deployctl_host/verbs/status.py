"""`status`: what serves, since when, what is wrong. For a person at 3 a.m. and for the fleet's table alike."""

import contextlib

from .. import definition, paths, state
from ..docker import containers
from ..docker.api import Engine
from ..errors import HostError
from ..nginx import process
from ..survey import Survey
from ..transaction import removal

UNKNOWN = {'state': 'degraded', 'serving': None, 'previous': None, 'instances': {'running': 0, 'wanted': 0},
           'connections': 0, 'mode': None, 'lock': None, 'memory': None, 'maintenance': None, 'stopped': None}


def run(call):
    host = definition.load_host()
    engine = Engine(host.docker)
    apps = [call.app] if call.app else definition.list_apps() + _undefined(call, host, engine)
    trouble = _nginx(host)
    told = [facts for facts in (_one(app, host, engine, call, trouble) for app in apps) if facts is not None]
    for facts in told:
        call.output.emit('status', **facts)
    call.output.emit('status.finished', apps=len(told))
    return 0


def _undefined(call, host, engine):
    """Apps that are here and have no definition, which are root's."""
    if call.caller.uid != 0:
        return []
    found = set(state.known_apps())
    if state.knows_host_id():
        with contextlib.suppress(HostError):    # each app tells that Docker does not answer
            found.update(one['Labels'][containers.APP] for one in containers.find(engine, state.host_id()))
    return removal.undefined(host, definition.list_apps(), found)


def _gone(app, host, engine, trouble):
    """The facts of an app whose definition is gone."""
    facts = Survey(definition.stand_in(app), host, engine, trouble).facts()
    facts['drift'].insert(0, 'its definition %s is gone: put it back, or take the app off this host with '
                             'deployctl-host remove %s' % (paths.app_definition(app), app))
    return dict(facts, state='degraded' if facts['state'] in ('ok', 'none') else facts['state'])


def _nginx(host):
    """Why nginx does not run, or None."""
    try:
        process.master(process.Settings(host.nginx))
    except HostError as problem:
        return problem.message
    return None


def _one(app, host, engine, call, trouble):
    """The facts of an app; None of one that the call did not name and the caller may not deploy."""
    try:
        wanted = definition.load_app(app)
    except HostError as problem:
        if problem.kind == 'not-found':
            return _gone(app, host, engine, trouble)
        return dict(UNKNOWN, app=app, drift=['definition: ' + problem.message])
    if not call.app and not call.may(app):
        return None
    return Survey(wanted, host, engine, trouble).facts()
