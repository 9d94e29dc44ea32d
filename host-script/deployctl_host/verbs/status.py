"""`status`: what serves, since when, what is wrong. For a person at 3 a.m. and for the fleet's table alike."""

from .. import definition
from ..docker.api import Engine
from ..errors import HostError
from ..nginx import process
from ..survey import Survey
from ..transaction import lineage

UNKNOWN = {'state': 'degraded', 'serving': None, 'previous': None, 'instances': {'running': 0, 'wanted': 0},
           'connections': 0, 'mode': None, 'lock': None, 'memory': None, 'maintenance': None, 'stopped': None,
           'deployed': None}


def run(call):
    host = definition.load_host()
    apps = [call.app] if call.app else definition.list_apps()
    engine = Engine(host.docker)
    trouble = _nginx(host)
    told = [facts for facts in (_one(app, host, engine, call, trouble) for app in apps) if facts is not None]
    for facts in told:
        call.output.emit('status', **facts)
    call.output.emit('status.finished', apps=len(told))
    return 0


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
        wanted = call.definition if call.app else definition.load_app(app)
    except HostError as problem:
        return dict(UNKNOWN, app=app, drift=['definition: ' + problem.message])
    if not call.app and not call.may(app):
        return None
    survey = Survey(wanted, host, engine, trouble)
    return dict(survey.facts(), deployed=lineage.facts(survey.state))
