"""Step `withdraw`: removes the virtual host of an app that has no web part any more, after the commit.

Until then an undo needs nothing of nginx. If nginx cannot be reloaded, it goes on leading to the release before, whose
web part keeps running: the next transaction or `recover` tries again.
"""

from .. import routing, strays


def withdraw(transaction):
    """Takes the app out of nginx if its new release has no web part and a virtual host is left."""
    new, old = transaction.new, transaction.old
    if new.is_web or not (routing.vhost_on_disk(transaction) is not None or _was_interrupted(transaction)):
        return
    routed = routing.routed_release(transaction)
    with transaction.step('withdraw'), transaction.tolerant('nginx'):
        routing.withdraw(transaction)
        transaction.emit('switched', mode='none', reload=True)
    if routed not in (None, routing.routed_release(transaction), old and old.id):
        with transaction.tolerant('stray'):
            strays.stop_strays(transaction, {new.id, old and old.id})


def _was_interrupted(transaction):
    """Returns whether this step began and did not end: its file may be gone, and nginx not reloaded."""
    phases = [entry['phase'] for entry in transaction.record.entries() if entry['step'] == 'withdraw']
    return phases[-1:] == ['begin']
