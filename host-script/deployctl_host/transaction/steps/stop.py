"""Step `stop`: ends the containers of the old release."""

from .. import release_containers


def stop_old(transaction):
    """The previous release stays, stopped: a rollback wakes it up. All older ones go."""
    old = transaction.old
    if old is None or old.id == transaction.new.id:
        return
    with transaction.step('stop'), transaction.tolerant('stop'):
        release_containers.stop(transaction, old)
