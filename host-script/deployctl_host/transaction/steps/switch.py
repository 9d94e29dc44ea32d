"""Step `switch`: leads users to the new release from one instant on."""

import time

from ... import sockets
from .. import health_checks, release, routing


def switch(transaction):
    with transaction.step('switch'):
        transaction.switching = True
        record = transaction.new
        text = routing.text_for(transaction, record)
        transaction.record.keep_vhost(routing.on_disk(transaction))
        transaction.mark('switch', 'kept', pointed=transaction.state.pointed_at())
        if record.mode == 'socket':
            transaction.known = sockets.numbers(release.addresses(transaction.state, record))
        alive = None if shuts(transaction) else health_checks.watching(transaction).alive
        reloaded = routing.lead(transaction, record, text, alive=alive)
        transaction.led_at, transaction.new_workers = time.monotonic(), reloaded
        transaction.emit('switched', mode=record.mode, reload=reloaded)


def shuts(transaction):
    """Whether users shall meet a closed door; how the release behind it fares is nothing to this then."""
    return transaction.closed == 'stopped' or (
        transaction.request.verb == 'maintenance' and transaction.closed == 'maintenance')
