"""Ends a hold: the release is removed, or it is live and held no longer."""

from ... import events
from ...docker import containers, images
from ...nginx import preview
from ...store import held
from .. import release, release_containers
from ..steps import prune
from . import watcher


def tell(transaction):
    """Emits `release.held`, unless it was emitted before a worker died, and has the end of the hold watched for."""
    found = held.load(transaction.state)
    told, _ = events.read(transaction.record.events_path)
    if found is not None and not any(event['type'] == 'release.held' for event in told):
        way = {'header': preview.HEADER, 'cookie': preview.COOKIE, 'token': found.token, 'url': found.url}
        transaction.emit('release.held', release=found.release, digest=found.digest, tag=found.tag,
                         rollout=found.rollout, until=found.until, preview=way if found.token else None)
    watcher.watch_over(transaction)


def end(scope, found):
    """Removes a held release. Its record goes last: whoever finds that goes on."""
    held.close_preview(scope.state)
    listed = release_containers.of_release(scope, found.release)    # without processes of a promote that failed
    release_containers.stop_all(scope, listed, lambda one: scope.definition.drain.stop_timeout)
    for one in listed:
        containers.remove(scope.engine, one['Id'])
    record = scope.state.sound_release(found.release)
    if record is not None:
        prune.forget_image(scope, record)
    else:
        images.remove(scope.engine, '%s:%s' % (images.local_repository(scope.app), found.release))
    scope.state.forget_release(found.release)
    held.forget(scope.state)


def promoted(transaction):
    """Forgets the hold of the release that is live now."""
    if transaction.new is not None and held.release_of(transaction.state) == transaction.new.id:
        held.forget(transaction.state)


def has_died(scope, found):
    """Returns whether a held release cannot be promoted any more, because a container of it has ended."""
    record = scope.state.sound_release(found.release)
    if record is None:
        return True
    if not record.is_web:
        return False
    seen = {one['Names'][0].lstrip('/'): one['State'] for one in containers.find(
        scope.engine, scope.host_id, scope.app, found.release)}
    return any(seen.get(release.container(record, number)) != 'running' for number in record.numbers)
