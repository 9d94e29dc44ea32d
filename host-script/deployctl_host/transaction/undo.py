"""The way back: afterwards the old release serves as if nothing had been tried."""

from .. import journal
from ..docker import containers, images
from ..errors import HostError
from ..store.release import Release
from . import instances, release, release_containers, routing
from .steps import drain


def undo(transaction, switched):
    """Leaves the old release serving (or nothing, where nothing served) and removes what this transaction made.

    False when something could not be removed, which `recover` then does.
    """
    transaction.mark('undo', 'begin', switched=switched)
    if switched and any(entry.get('phase') == 'kept' for entry in transaction.record.entries()):
        back(transaction)
    if not discard(transaction):
        return False
    transaction.mark('undo', 'end')
    return True


def back(transaction):
    """Users go to the old release again; what still talks to the new one may end."""
    transaction.stop_asked = False
    new = transaction.new
    reached = new is not None and routing.leads_to(transaction) == new.id
    entries = transaction.record.entries()
    before = transaction.record.kept_vhost()
    old = transaction.old or _unknown(transaction.app, before, journal.fact(entries, 'pointed'))
    reloaded = routing.lead(transaction, old, before, routing.half_done(entries), ours=False)
    if reached or reloaded:
        transaction.emit('switched', mode=(old or new).mode, reload=reloaded)
    elif new is None or not routing.may_have_led(entries):
        return
    if transaction.same:
        return
    with transaction.tolerant('drain'):
        drain.drain(transaction, new, reloaded=reached or reloaded)


def _unknown(app, vhost_before, pointed):
    """The little that is known of a release that users were led to, and of which nothing is recorded."""
    return Release(pointed, app, 'socket', 0) if vhost_before is not None and pointed else None


def discard(transaction):
    """The new release goes: removed if it was made for this, merely stopped if it is a kept one."""
    record = transaction.new
    if record is None or (transaction.same and not transaction.stopped):
        return True
    try:
        if transaction.fresh:
            for one in containers.find(transaction.engine, transaction.host_id, record.app, record.id):
                containers.remove(transaction.engine, one['Id'])
            images.remove(transaction.engine, release.local_image(record))
        else:
            release_containers.set_restart(transaction, record, 'no')    # it may have come as far as the commit
            release_containers.stop(transaction, record)
    except HostError as problem:
        transaction.warn('undo', 'not all that was begun could be removed; the next call tries again: %s' % (
            problem.message))
        return False
    if transaction.fresh:
        transaction.state.forget_release(record.id)
    return True


def state_after(transaction):
    """The sentence that tells an operator what serves now."""
    if transaction.stopped:
        return '%s is stopped, as before' % transaction.app
    if transaction.old is None:
        return 'no release of %s serves on this host, as before' % transaction.app
    return instances.seen_live(transaction, transaction.old)
