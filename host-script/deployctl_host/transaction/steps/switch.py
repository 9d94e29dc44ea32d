"""Step `switch`: routes users to the new release from one instant on."""

import time

from ... import sockets
from .. import health_checks, receipt, release, routing


def switch(transaction):
    """Switches to the new release. One without a web part has no users: its commit is all that makes it live."""
    if not transaction.new.is_web:
        return
    with transaction.step('switch'):
        transaction.switching = True
        record = transaction.new
        text = routing.vhost_text(transaction, record)
        transaction.record.keep_vhost(routing.vhost_on_disk(transaction))
        transaction.mark('switch', 'kept', pointed=transaction.state.pointed_at(),
                         receipt=receipt.begin(transaction, text))
        if record.mode == 'socket':
            transaction.known = sockets.numbers(release.addresses(transaction.state, record))
        alive = None if closes(transaction) else health_checks.watch_of(transaction).check_running
        reloaded = routing.route(transaction, record, text, alive=alive)
        transaction.led_at, transaction.new_workers = time.monotonic(), reloaded
        transaction.emit('switched', mode=record.mode, reload=reloaded)


def closes(transaction):
    """Returns whether users get a page instead of the app. The health of the release does not matter then."""
    return transaction.closed == 'stopped' or (
        transaction.request.verb == 'maintenance' and transaction.closed == 'maintenance')
