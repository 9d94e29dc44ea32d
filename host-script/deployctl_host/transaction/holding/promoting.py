"""The undo of a promote: the release is held as before, or removed if it has failed."""

from ...docker import containers
from ...errors import HostError
from ...store import held
from .. import release_containers
from . import ending


def failed(transaction):
    """Notes in the journal of a promote that its release has failed: whoever undoes it removes the release then."""
    if transaction.request.verb == 'promote' and transaction.new is not None:
        transaction.mark('held', 'failed')


def put_back(transaction):
    """Makes the release one that is held again, without processes, or removes it if it has failed.

    False if Docker refused.
    """
    found = held.load(transaction.state)
    record = transaction.new
    if found is None or found.release != record.id:
        return True
    try:
        listed = release_containers.of_release(transaction, record.id)
        release_containers.retire(transaction, listed, discard=True)    # one may have a job in hand already
        noted = any(entry['step'] == 'held' for entry in transaction.record.entries())
        if noted or ending.has_died(transaction, found):
            ending.end(transaction, found)
            return True
        for one in containers.web(listed):
            containers.set_restart(transaction.engine, one['Id'], 'no')     # it may have been set at the commit
    except HostError as problem:
        transaction.warn('undo', 'not all that was begun could be reverted; the next call tries again: %s' % (
            problem.message))
        return False
    return True
