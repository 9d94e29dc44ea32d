"""The way back: afterwards the old release serves as if nothing had been tried."""

from ..docker import containers, images
from . import release, retire, traffic


def undo(transaction, switched):
    """Leaves the old release serving (or nothing, where nothing served) and removes what this transaction made."""
    transaction.mark('undo', 'begin', switched=switched)
    if switched and any(entry.get('phase') == 'kept' for entry in transaction.record.entries()):
        back(transaction)
    discard(transaction)
    transaction.mark('undo', 'end')


def back(transaction):
    """Users go to the old release again; what still talks to the new one may end."""
    transaction.stop_asked = False
    reload_anyway = any(entry.get('phase') in ('workers', 'reload') for entry in transaction.record.entries())
    reloaded = traffic.lead(transaction, transaction.old, transaction.record.kept_vhost(), reload_anyway)
    mode = (transaction.old or transaction.new)['mode']
    transaction.emit('switched', mode=mode, reload=reloaded)
    if transaction.new is not None:
        with transaction.tolerant('drain'):
            retire.drain(transaction, transaction.new)


def discard(transaction):
    """The new release goes: removed if it was made for this, merely stopped if it is a kept one."""
    record = transaction.new
    if record is None:
        return
    if not transaction.fresh:
        with transaction.tolerant('stop'):
            retire.stop(transaction, record)
        return
    with transaction.tolerant('undo'):
        for one in containers.find(transaction.engine, transaction.host_id, record['app'], record['release']):
            containers.remove(transaction.engine, one['Id'])
        images.remove(transaction.engine, release.local_image(record))
    transaction.state.forget_release(record['release'])


def state_after(transaction, switched):
    """The sentence that tells an operator what serves now."""
    old = transaction.old
    if old is None:
        return 'no release of %s serves on this host, as before' % transaction.app
    return '%s serves on this host%s' % (release.described(old), ', as before' if not switched else ' again')


