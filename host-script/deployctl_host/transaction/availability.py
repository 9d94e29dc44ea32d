"""`stop` and `maintenance`: the release stays what it is; what changes is whether users get to it."""

from .. import events
from . import release_containers, strays
from .steps import drain, switch, verify

VERBS = ('stop', 'maintenance')


def change(transaction, record):
    """Up to the commit: afterwards users meet what they shall meet, also after a reboot."""
    transaction.bring(record, False)
    switch.switch(transaction)
    verify.verify(transaction)
    commit(transaction)


def commit(transaction):
    """`stopped` and `maintenance` on disk: from here on it is seen through."""
    with transaction.step('commit'):
        request = transaction.request
        told = {'since': events.now(), 'by': request.by, 'rollout': transaction.record.rollout}
        if request.verb == 'stop':
            release_containers.set_restart(transaction, transaction.new, 'no')
            transaction.state.save(committed=transaction.record.rollout, stopped=told)
        else:
            transaction.state.save(committed=transaction.record.rollout,
                                   maintenance=told if request.on else None)
        transaction.committed = True


def leave(transaction):
    """A stopped app's containers end when nobody talks to them any more. They stay, so that `start` wakes them up."""
    if transaction.request.verb != 'stop':
        return
    with transaction.step('drain'), transaction.tolerant('drain'):
        drain.drain(transaction, transaction.new)
    with transaction.step('stop'), transaction.tolerant('stop'):
        release_containers.stop(transaction, transaction.new)
        strays.settle(transaction, {transaction.new.id})


def serving(transaction):
    """What serves after the commit."""
    return None if transaction.state.load().get('stopped') else transaction.new
