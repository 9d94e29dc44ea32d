"""Step `stop`: stops the containers of the old release."""

from .. import release_containers


def stop_old(transaction):
    """Stops the previous release, and keeps its containers for a rollback."""
    old = transaction.old
    if old is None or old.id == transaction.new.id:
        return
    with transaction.step('stop'), transaction.tolerant('stop'):
        release_containers.stop(transaction, old)
