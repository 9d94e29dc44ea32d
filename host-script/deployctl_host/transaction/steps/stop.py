"""Step `stop`: stops the containers of the old release."""

from ...docker import containers
from .. import release_containers, routing


def stop_old(transaction):
    """Stops the previous release, and keeps its containers for a rollback."""
    old = transaction.old
    if old is None or old.id == transaction.new.id:
        return
    with transaction.step('stop'), transaction.tolerant('stop'):
        if routing.is_left_behind(transaction, old):    # users still reach its web part
            release_containers.retire(transaction, containers.find(
                transaction.engine, transaction.host_id, old.app, old.id))
            return
        release_containers.stop(transaction, old)
