"""Port mode: two fixed loopback ports for each instance, which its releases use in turn.

Ports that Docker chooses change with every restart, and after a reboot one app could get a port that nginx knows as
another's.
"""

from .. import lock, sockets
from ..errors import HostError
from ..store import state

TIMEOUT = 30.0


def allot(app_state, instances, span, busy=frozenset(), held=frozenset()):
    """Returns the app's pairs of ports by instance, {"1": [a, b], ...}. A pair stays the same once it is allotted.

    If both ports of a pair are `busy`, one that is `held` by a container which cannot be stopped is replaced.
    """
    own = lock.Lock('.ports')
    if not own.take(TIMEOUT):
        raise HostError('unavailable', 'another call has been allotting ports for %g s' % TIMEOUT, hint='try again')
    try:
        pairs = dict(app_state.load().get('ports') or {})
        taken = _taken()
        for instance in range(1, instances + 1):
            known = pairs.get(str(instance), [])
            if len(known) < 2:
                pairs[str(instance)] = (known + _free_pair(taken, span))[:2]
                taken.update(pairs[str(instance)])
            pairs[str(instance)] = _usable(pairs[str(instance)], busy, held, taken, span)
        app_state.save(ports=pairs)
        return pairs
    finally:
        own.release()


def _usable(pair, busy, held, taken, span):
    if not busy.issuperset(pair) or not held.intersection(pair):
        return pair
    other = _free_pair(taken, span)[0]
    taken.add(other)
    stays = [port for port in pair if port not in held]
    return [other] + (stays or pair)[:1]


def _taken():
    found = set()
    for app in state.known_apps():
        found.update(_of(state.AppState(app)))
    return found


def _of(app_state):
    """Returns all ports that an app is known to have, even if its state is damaged."""
    try:
        found = {port for pair in (app_state.load().get('ports') or {}).values() for port in pair}
    except HostError:
        found = set()
    for name in app_state.releases():
        record = app_state.sound_release(name)
        found.update(record and record.ports or ())
    return found


def _free_pair(taken, span):
    low, high = span
    pair = []
    for port in range(low, high + 1):
        if port not in taken and not sockets.listening(port):
            pair.append(port)
            if len(pair) == 2:
                return pair
    raise HostError('definition', 'no two free ports are left in %d-%d' % span, hint='widen [ports] range in host.conf')


def next_to(app_state, record):
    """Returns the port of the first instance of a release that is started beside another one."""
    pairs = app_state.load().get('ports') or {}
    return choose(pairs, 1, record.ports)[0] if pairs.get('1') else record.ports[0]


def choose(pairs, instances, busy):
    """Returns for each instance the port of its pair that is not busy."""
    return [next((port for port in pairs[str(instance)] if port not in busy), pairs[str(instance)][0])
            for instance in range(1, instances + 1)]
