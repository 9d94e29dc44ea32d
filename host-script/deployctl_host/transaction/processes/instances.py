"""The instances of processes that belong to a release on this host, and their containers."""

from typing import Any, Dict, List, NamedTuple, Tuple

from ...config.schema import Process
from ...docker import containers
from ...errors import HostError
from ...store import retiring


class Instance(NamedTuple):
    """One instance of a process."""

    process: Process
    number: int

    @property
    def key(self):
        return (self.process.name, self.number)

    def container(self, record):
        """Returns the name of its container in a release."""
        return containers.name_of(record.app, record.id, self.number, self.process.name)

    def __str__(self):
        return 'process %s, instance %d' % self.key


def here(host, record) -> Tuple[Process, ...]:
    """Returns the processes of a release that run on this host, by its roles."""
    return tuple(each for each in record.processes if not each.roles or set(each.roles) & set(host.roles))


def wanted(host, record) -> List[Instance]:
    """Returns the instances that a release has on this host while it is live."""
    return [Instance(each, number) for each in here(host, record) for number in range(1, each.instances + 1)]


def key_of(one) -> Tuple[str, int]:
    """Returns (process, instance) of a listed container."""
    return (containers.process_of(one), int(one['Labels'][containers.INSTANCE]))


def was_replaced(one):
    """Returns whether a listed container made room for its successor, and has ended."""
    return containers.process_of(one) is not None and '.' in one['Names'][0] and one['State'] != 'running'


def listed(found):
    """Returns those of listed containers that belong to processes."""
    return [one for one in found if containers.process_of(one) is not None]


def without_retiring(app_state, found):
    """Returns those of listed containers that have not got their stop signal to retire."""
    leaving = retiring.pending(app_state) if listed(found) else {}
    return [one for one in found if one['Id'] not in leaving]


def staying(app_state, find):
    """Returns the containers that `find` lists, without those that retire and those that were replaced.

    The records are read before and after it: a container may begin to retire in between, or end and be removed.
    """
    leaving = retiring.pending(app_state)
    found = [one for one in find() if one['Id'] not in leaving and not was_replaced(one)]
    return without_retiring(app_state, found)


def trouble(scope, record) -> Dict[Any, str]:
    """Returns {(process, instance): what is wrong} of a live release. Asks Docker only if the release has processes."""
    if not record.processes:
        return {}
    found = staying(scope.state, lambda: containers.find(scope.engine, scope.host_id, record.app, record.id))
    seen = {key_of(one): one for one in listed(found)}
    due = {one.key for one in wanted(scope.host, record)}
    wrong = {key: 'its container is missing' for key in due - set(seen)}
    for key, one in seen.items():
        if key not in due:
            if one['State'] == 'running':
                wrong[key] = 'it does not belong on this host'
        elif one['State'] != 'running':
            wrong[key] = 'it is %s' % one['State']
        elif '(unhealthy)' in one.get('Status', ''):
            wrong[key] = 'its HEALTHCHECK says unhealthy'
    return wrong


def require_healthcheck(record, image):
    """Refuses an image without a HEALTHCHECK if a process goes by it."""
    test = ((image.get('Config') or {}).get('Healthcheck') or {}).get('Test') or ['NONE']
    for each in record.processes:
        if each.health.type == 'docker' and test == ['NONE']:
            raise HostError('definition', '[process %s] health = docker, but the image has no HEALTHCHECK' % each.name,
                            hint='give the image one, or let health be running or exec')
