"""`undrain`: tells load balancers to send requests to this host again. Only for root."""

from ..balancer import site
from ..config import definition
from ..docker.api import Engine
from ..errors import HostError
from ..inspection.app_status import AppStatus
from ..store import drained

WELL = ('ok', 'none', 'maintenance', 'stopped', 'busy')


def run(call):
    host = definition.load_host()
    _name_ailing(call, host)
    before = drained.load()
    drained.forget()
    if host.balancer is not None:
        _tell(call, host)
    call.output.emit('balancer.undrained', was=before)
    return 0


def _tell(call, host):
    """Brings nginx in line with host.conf, and warns if load balancers do not get the 200 now."""
    site.tend(host, call.warn)
    seen = site.answer(host)
    if seen is None or seen[0] != 200:
        call.warn('balancer', 'nginx answers %s with %s instead of 200: no requests will come' % (
            host.balancer.path, 'nothing' if seen is None else seen[0]))


def _name_ailing(call, host):
    """Warns of apps that are not well: requests for them come from now on."""
    engine = Engine(host.docker)
    for app in definition.list_apps():
        try:
            facts = AppStatus(definition.load_app(app), host, engine, None).facts()
        except HostError as problem:
            call.warn('app', '%s: %s' % (app, problem.message))
            continue
        if facts['state'] not in WELL:
            call.warn('app', '%s is %s: deployctl-host status %s' % (app, facts['state'], app))
