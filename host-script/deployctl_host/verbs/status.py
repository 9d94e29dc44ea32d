"""`status`: reports which release of each app is live, since when, and what is wrong."""

import contextlib
import time
from typing import Any, Dict

from .. import paths
from ..apply import drift
from ..balancer import site
from ..capacity import reserved
from ..config import definition, freezes
from ..docker import containers
from ..docker.api import Engine
from ..errors import HostError
from ..inspection.app_status import AppStatus
from ..inspection.nginx_status import NginxStatus
from ..store import drained, lineage, state
from ..transaction import removal

UNKNOWN: Dict[str, Any] = {
    'state': 'degraded', 'serving': None, 'previous': None, 'instances': {'running': 0, 'wanted': 0}, 'connections': 0,
    'mode': None, 'lock': None, 'memory': None, 'maintenance': None, 'stopped': None, 'deployed': None, 'runs': [],
    'processes': [], 'retiring': [], 'held': None}


def run(call):
    host = definition.load_host()
    engine = Engine(host.docker)
    apps = [call.app] if call.app else definition.list_apps() + _undefined(call, host, engine)
    view = NginxStatus(host)
    looks = [look for look in (_look(app, host, engine, call, view.trouble) for app in apps) if look is not None]
    told = [facts for facts, _ in looks]
    _add_applied(call, looks)
    _ask_nginx(view, looks)
    if view.warning:
        call.output.emit('warning', code='nginx', message=view.warning)
    if host.balancer is not None and not view.trouble and not site.is_loaded(host):
        call.warn('balancer', 'nginx does not answer load balancers as [balancer] of host.conf says: '
                  'deployctl-host recover writes it')
    _add_freezes(call, told)
    away = drained.load()
    for facts in told:
        call.output.emit('status', **(facts if away is None else dict(facts, drained=away)))
    if call.option('capacity') is not None:
        call.output.emit('capacity', **reserved.facts(engine, call.may))
    call.output.emit('status.finished', apps=len(told))
    return 0


def _add_applied(call, looks):
    """Adds the apply that brought the definition of each app, and which files differ from it."""
    files = drift.load(call.warn)
    for facts, status in looks:
        found = files.of(facts['app'], status.wanted if status else None)
        if found is not None:
            facts['applied'] = found


def _add_freezes(call, told):
    """Adds why an app cannot be deployed now."""
    try:
        found = freezes.load()
    except HostError as problem:
        call.warn('freezes', 'deploys are refused, because of mistakes in %s: %s' % (paths.freezes(), problem.message))
        return
    for facts in told:
        closed = found.closed(facts['app'], time.time())
        facts['freeze'] = closed.facts() if closed else None


def _ask_nginx(view, looks):
    """Adds to each live app what nginx says of it. An app that is stopped, in maintenance or changing is left out."""
    asked = [(facts, status) for facts, status in looks if status and status.has_users() and facts['state'] in (
        'ok', 'degraded', 'down')]
    answers = view.answers([status for facts, status in asked if facts['state'] != 'down' and status.led])
    for facts, status in asked:
        if status.busy:
            continue        # a transaction has begun since
        found = view.configured(status.definition)
        if facts['app'] in answers:
            found.append(answers[facts['app']])
        facts['drift'].extend(text for text in found if text not in facts['drift'])
        if found and facts['state'] == 'ok':
            facts['state'] = 'degraded'


def _undefined(call, host, engine):
    """Returns the apps that are here and have no definition, for root."""
    if call.caller.uid != 0:
        return []
    found = set(state.known_apps())
    if state.knows_host_id():
        with contextlib.suppress(HostError):    # the status of each app says that Docker does not answer
            found.update(one['Labels'][containers.APP] for one in containers.find(engine, state.host_id()))
    return removal.undefined(host, definition.list_apps(), found)


def _gone(app, host, engine, trouble):
    """Returns (facts, None) of an app whose definition is gone."""
    facts = AppStatus(definition.stand_in(app), host, engine, trouble).facts()
    facts['drift'].insert(0, 'its definition %s is gone: put it back, or take the app off this host with '
                             'deployctl-host remove %s' % (paths.app_definition(app), app))
    return dict(facts, state='degraded' if facts['state'] in ('ok', 'none') else facts['state']), None


def _look(app, host, engine, call, trouble):
    """Returns (facts, its AppStatus) of an app; None if the call did not name it and the caller may not deploy it."""
    try:
        wanted = definition.load_app(app)
    except HostError as problem:
        if problem.kind == 'not-found':
            return _gone(app, host, engine, trouble)
        return dict(UNKNOWN, app=app, drift=['definition: ' + problem.message]), None
    if not call.app and not call.may(app):
        return None
    status = AppStatus(wanted, host, engine, trouble)
    return dict(status.facts(), deployed=lineage.facts(status.state, status.recorded.get('current'))), status
