"""Step `processes`: starts the processes of the new release, and waits until they are healthy."""

from ...docker import containers, specification, start_errors
from ...docker.api import DockerError
from .. import release
from ..processes import instances, retiring, stop_first
from ..processes.watch import ProcessWatch


def run(transaction, image, values):
    """Runs the step, if the new or the old release has processes."""
    new, old = transaction.new, transaction.old
    if not (new.processes or old is not None and old.processes):
        return
    with transaction.step('processes'):
        wanted = instances.wanted(transaction.host, new)
        first = {one.process.name for one in wanted if one.process.order == 'stop-first'}
        _start([one for one in wanted if one.process.name not in first], transaction, values)
        if first:
            stop_first.stop_processes(transaction, first)
            _start([one for one in wanted if one.process.name in first], transaction, values)
        transaction.process_watch = ProcessWatch(transaction, new, wanted)
        transaction.process_watch.wait_healthy()


def _start(several, transaction, values):
    record = transaction.new
    driver = transaction.engine.facts('/info').get('LoggingDriver') if several else None
    for one in several:
        transaction.safe_point()
        name = one.container(record)
        container = _container(transaction, record, one, values, driver)
        try:
            containers.start(transaction.engine, container)
        except DockerError as problem:
            raise start_errors.refused(problem, name, 'start') from problem
        transaction.emit('container.started', process=one.process.name, instance=one.number, container=container[:12],
                         name=name)


def _container(transaction, record, one, values, driver):
    """Returns the id of the instance's container: the kept one if it still matches the release, or else a new one."""
    name = one.container(record)
    found = containers.inspect(transaction.engine, name)
    if found is not None and not retiring.set_aside(transaction, name, found):
        if found['Image'] == record.image and not transaction.fresh:
            if found['State'].get('Restarting'):    # its restarts so far would count as failures of this transaction
                containers.stop(transaction.engine, found['Id'], 1)
            return found['Id']
        containers.remove(transaction.engine, found['Id'])
    spec = specification.process(
        transaction.definition, one.process, release.local_image(record), dict(values, DEPLOYCTL_RELEASE=record.id),
        containers.labels(record.app, record.id, one.number, transaction.host_id, one.process.name), driver)
    try:
        return containers.create(transaction.engine, name, spec)
    except DockerError as problem:
        raise start_errors.refused(problem, name, 'make') from problem
