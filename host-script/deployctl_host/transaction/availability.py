"""`stop` and `maintenance`: the release stays the same, and whether users reach it changes."""

from .. import events
from ..schedules import live
from . import receipt, release_containers, strays
from .processes import watcher
from .steps import drain, switch, verify

VERBS = ('stop', 'maintenance')


def change(transaction, record):
    """Makes the change, up to its commit: from there on it also outlives a reboot."""
    transaction.begin_release(record, False)
    switch.switch(transaction)
    verify.verify(transaction)
    commit(transaction)


def commit(transaction):
    """Records `stopped` or `maintenance` on disk. From here on the transaction is completed, not undone."""
    with transaction.step('commit'):
        request = transaction.request
        told = {'since': events.now(), 'by': request.by, 'rollout': transaction.record.rollout}
        if request.verb == 'stop':
            release_containers.set_restart(transaction, transaction.new, 'no')
            live.commit(transaction, None)
            transaction.state.save(committed=transaction.record.rollout, stopped=told)
        else:
            transaction.state.save(committed=transaction.record.rollout,
                                   maintenance=told if request.on else None)
        transaction.committed = True


def finish(transaction):
    """Does what follows the commit: a stopped app is drained, and its containers are stopped and kept for a `start`.

    Its processes retire as after a deploy: the call does not wait for the jobs that they have in hand.
    """
    if transaction.request.verb != 'stop':
        receipt.tell(transaction, 0)
        return
    cut = None
    if transaction.new.is_web:
        with transaction.step('drain'), transaction.tolerant('drain'):
            cut = drain.drain(transaction, transaction.new)
        receipt.tell(transaction, cut)
    with transaction.step('stop'), transaction.tolerant('stop'):
        release_containers.stop(transaction, transaction.new)
        strays.stop_strays(transaction, {transaction.new.id})
    watcher.watch_over(transaction)


def live_release(transaction):
    """The release that is live after the commit, or None."""
    return None if transaction.state.load().get('stopped') else transaction.new
