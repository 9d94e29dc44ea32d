"""Step `commit`: records the new release as the current one. From here on nothing fails the transaction any more."""

import time

from ... import events, journal
from ...errors import HostError
from ...nginx import access_log
from .. import health_checks, release_containers

LOOK = 0.1
REFUSAL_WAIT = 1.0


def commit(transaction):
    """From here on the new release comes back after a crash or a reboot, and the old one does not."""
    with transaction.step('commit'):
        new, old = transaction.new, transaction.old
        _comes_back(transaction, new)
        entries = transaction.record.entries()
        changes = {'current': new.id, 'since': events.now(), 'by': transaction.request.by,
                   'switched': journal.moment(entries, 'switch', 'kept'), 'rollout': transaction.record.rollout,
                   'log': access_log.mark(transaction.app),
                   'verb': transaction.request.verb, 'committed': transaction.record.rollout, 'stopped': None}
        if old is not None and old.id != new.id:
            changes['previous'] = old.id
        changes['order'] = transaction.state.order(new.id)
        transaction.state.save(**changes)
        transaction.committed = True
        if old is not None and old.id != new.id:
            with transaction.tolerant('restart-policy'):
                release_containers.set_restart(transaction, old, 'no')


def _comes_back(transaction, new):
    """From here on Docker starts again what ends. What ended before that it would leave dead, so it is looked for."""
    watch = health_checks.watching(transaction)
    try:
        release_containers.set_restart(transaction, new, 'always')
    except HostError:
        # Docker refuses to update a container that is just ending: its end tells more than the refusal.
        deadline = time.monotonic() + REFUSAL_WAIT
        while time.monotonic() < deadline:
            watch.alive()
            time.sleep(LOOK)
        raise
    watch.alive()
