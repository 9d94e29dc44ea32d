"""Weighs the memory that a deploy needs at its peak against what this host has.

At its peak the new containers run beside the old ones. Only a measured need refuses a deploy: what a new container
used when the last release was committed. A limit is only an upper bound, which most apps never reach, so containers
that were never measured lead to a warning.
"""

from typing import Dict, List, NamedTuple, Optional

from ..docker import cgroup, containers
from ..errors import HostError
from ..store import held, retiring, state
from . import machine

MIB = 1024 ** 2
# Docker refuses a lower limit than this, and no container lives on less.
LEAST = 6 * MIB
WEB = 'web'
RUNNING = ('running', 'restarting', 'paused')
STOP_FIRST = 'order = stop-first in the definition (the old containers end before the new ones start), '
FEWER = 'fewer instances in the definition, or a host with more memory'


class Part(NamedTuple):
    """The containers of one part of an app that a deploy starts."""

    name: str               # `web`, or the name of a process
    starts: int             # how many containers are started
    limit: int              # of each, in bytes
    order: str
    expected: Optional[int]     # bytes of each when it is new, as measured at the last commit; None if never measured
    freed: int = 0          # bytes that containers of this part use, which are stopped before (order = stop-first)
    live: Optional[int] = None  # the most that a running container of this part uses now

    @property
    def need(self):
        return self.starts * (self.expected or LEAST)

    @property
    def need_at_most(self):
        """The need if containers that were never measured use what those that run use now, or else their limit."""
        return self.starts * (self.expected or self.live or self.limit)


class Balance(NamedTuple):
    """The memory of a host, and the need of a deploy."""

    app: str
    machine: machine.Machine
    parts: List[Part]
    limits: int             # of all containers on this host that run after the deploy
    used: Dict[str, int]    # by app: what its containers use now

    @property
    def need(self):
        return sum(part.need for part in self.parts)

    @property
    def available(self):
        return self.machine.available + sum(part.freed for part in self.parts)


def weigh(engine, host, definition, app_state, target=None):
    """Returns the balance of a deploy, or None if the kernel does not tell this host's memory.

    `target` is a kept release that is started again: its containers that run are left alone.
    """
    here = machine.read()
    if here is None:
        return None
    listed = containers.find(engine, state.host_id()) if state.knows_host_id() else []
    found = [one for one in listed if one['State'] in RUNNING]
    figures = {one['Id']: cgroup.of_container(one['Id']) for one in found}
    beside = {held.release_of(app_state)} - {target and target.id}     # it goes on running, whatever the order
    own = [one for one in found if one['Labels'][containers.APP] == definition.app
           and one['Labels'][containers.RELEASE] not in beside]
    recorded = app_state.load().get('memory') or {}
    wanted = list(wanted_parts(definition, host.roles, target))
    ending = set(retiring.pending(app_state))   # they finish what they do, whatever the order
    parts = [_part(one, [each for each in own if each['Id'] not in ending], figures, recorded, target)
             for one in wanted]
    used: Dict[str, int] = {}
    others = 0
    for one in found:
        seen, app = figures[one['Id']], one['Labels'][containers.APP]
        if seen is not None:
            used[app] = used.get(app, 0) + seen.used
            replaced = app == definition.app and one['Labels'][containers.RELEASE] not in beside
            others += 0 if replaced else seen.limit or 0
    limits = others + sum(instances * limit for _, instances, limit, _ in wanted)
    return Balance(definition.app, here, parts, limits, used)


def wanted_parts(definition, roles, target):
    """Yields (name, instances, limit of each, order) of the parts that run on this host."""
    instances = target.instances if target else definition.instances
    if instances:
        yield WEB, instances, definition.resources.memory, definition.order
    for process in target.processes if target else definition.processes:
        if not process.roles or set(roles).intersection(process.roles):
            yield process.name, process.instances, process.resources.memory, process.order


def _part(wanted, own, figures, recorded, target):
    name, instances, limit, order = wanted
    of_part = [one for one in own if part_of(one) == name]
    staying = [one for one in of_part if target and one['Labels'][containers.RELEASE] == target.id]
    uses = [figures[one['Id']].used for one in of_part if one not in staying and figures[one['Id']]]
    expected = recorded.get(name)
    return Part(name, max(0, instances - len(staying)), limit, order, min(expected, limit) if expected else None,
                sum(uses) if order == 'stop-first' else 0, max(uses, default=None))


def part_of(one):
    """Returns the part of an app that a container in Docker's list belongs to."""
    return containers.process_of(one) or WEB


def require(engine, host, definition, app_state, target=None):
    """Refuses what does not fit into the memory of this host, with the figures. Returns the balance."""
    balance = weigh(engine, host, definition, app_state, target)
    if balance is None or balance.need <= balance.available + balance.machine.swap:
        return balance
    raise HostError('memory-full', 'the new containers of %s do not fit into memory: %s; %s' % (
        balance.app, described(balance), _users(balance)), state='nothing was touched',
        hint=STOP_FIRST + FEWER if any(part.order != 'stop-first' for part in balance.parts) else FEWER)


def described(balance):
    """Describes the figures in a sentence."""
    text = '%d of %d MiB are available, and %d MiB are needed (%s)' % (
        balance.machine.available // MIB, balance.machine.total // MIB, _up(balance.need),
        ', '.join('%s: %d x %s' % (part.name, part.starts, _each(part)) for part in balance.parts))
    freed = balance.available - balance.machine.available
    return text + (', after %d MiB of the old containers are freed' % (freed // MIB) if freed else '')


def _each(part):
    return '%d MiB' % _up(part.expected) if part.expected else 'not measured yet, at most %d MiB' % _up(part.limit)


def _users(balance):
    if not balance.used:
        return 'no app of this host uses any'
    most = sorted(balance.used.items(), key=lambda pair: (-pair[1], pair[0]))
    return 'used now: ' + ', '.join('%s %d MiB' % (app, size // MIB) for app, size in most[:10])


def warnings(balance):
    """Returns sentences about what may become scarce, for the plan of a rollout."""
    told = []
    at_most = sum(part.need_at_most for part in balance.parts)
    if balance.need > balance.available:
        told.append('memory is short, and this host will swap: ' + described(balance))
    elif at_most > balance.available + balance.machine.swap:
        unknown = [part for part in balance.parts if not part.expected]
        told.append('the new containers may not fit into memory: %d of %d MiB are available, and they may use up to %d '
                    'MiB (%s)' % (balance.available // MIB, balance.machine.total // MIB, _up(at_most), ', '.join(
                        '%s: %d x %d MiB' % (part.name, part.starts, _up(part.live or part.limit))
                        for part in unknown)))
    if balance.limits > balance.machine.total:
        told.append('the memory limits of all containers on this host are %d MiB together, and it has %d MiB' % (
            balance.limits // MIB, balance.machine.total // MIB))
    return told


def _up(size):
    return -(-size // MIB)


def measured(engine, record):
    """Returns the most that a container of each part of a release uses now, by part."""
    found: Dict[str, int] = {}
    for one in containers.find(engine, state.host_id(), record.app, record.id):
        seen = cgroup.of_container(one['Id']) if one['State'] in RUNNING else None
        if seen is not None:
            found[part_of(one)] = max(seen.used, found.get(part_of(one), 0))
    return found
