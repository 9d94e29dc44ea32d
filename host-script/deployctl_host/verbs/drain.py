"""`drain`: tells load balancers to send no more requests to this host, and waits until none arrive. Only for root."""

from ..balancer import site, wait
from ..config import definition
from ..errors import HostError
from ..nginx import process
from ..store import drained

WAIT = 300
DEFERRED = 75


def run(call):
    host = definition.load_host()
    if host.balancer is None:
        raise HostError('definition', 'no path tells load balancers whether this host wants requests',
                        state='the host is not drained', hint='set [balancer] listen in host.conf, and let the load '
                        'balancer check it: docs/behind-a-load-balancer.md')
    before = drained.load()
    _aligned(host, before)
    # Before the record: what is told from now on counts.
    watched = wait.Wait(host, call.warn)
    try:
        record = wait.begin(call.option('by') or call.caller.name)
        _require_told(host, before)
        limit = WAIT if call.option('wait') is None else call.option('wait')
        wait.until_safe(watched, limit, call.output)
        reasons = watched.reasons()
        code = DEFERRED if reasons and limit else 0
        call.output.emit('balancer.drained', safe=not reasons, reasons=reasons, exit=code, apps=watched.by_app(),
                         quiet_wanted_ms=round(host.balancer.quiet * 1000), **dict(record, **watched.facts()))
        return code
    finally:
        watched.close()


def _aligned(host, before):
    try:
        site.align(host)
        process.master(process.Settings(host.nginx))
    except HostError as problem:
        problem.state = 'the host is not drained' if before is None else 'the host stays drained'
        raise


def _require_told(host, before):
    """Checks that load balancers get the 503 now; else the drain is taken off again, unless it was there before."""
    seen = site.answer(host)
    if seen is not None and seen[0] == 503:
        return
    if before is None:
        drained.forget()
    raise HostError('unavailable', 'nginx answers %s with %s instead of 503' % (
        host.balancer.path, 'nothing' if seen is None else seen[0]),
        state='the host is not drained' if before is None else 'the host stays drained',
        hint='can the user of nginx see %s?' % drained.path())
