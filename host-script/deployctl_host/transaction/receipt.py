"""Tells what users felt of the switch of a transaction, once the old release is drained. It never fails one."""

from typing import Any, Dict

from .. import events, journal
from ..config import definition
from ..nginx import receipt
from ..store import state
from . import release, routing


def begin(transaction, text):
    """Returns the state of nginx's logs before the switch, for the journal: the fact `receipt`."""
    try:
        return receipt.begin(transaction.app, transaction.settings, transaction.host.nginx.conf_dir,
                             routing.vhost_path(transaction), (text or b'').decode('utf-8', 'replace'))
    except Exception as problem:
        return {'unknown': _defect(problem)}


def tell(transaction, cut):
    """Emits `receipt`, if users were switched. `cut` are the connections cut, None if the drain was not seen through.

    A transaction that was settled after its worker had died may have told it before.
    """
    begun = journal.fact(transaction.record.entries(), 'receipt')
    if begun is None or any(event['type'] == 'receipt' for event in events.read(transaction.record.events_path)[0]):
        return
    facts: Dict[str, Any] = {'requests': None, 'failures': None, 'before': None, 'seconds': None, 'unknown': None}
    if cut is None:
        facts['unknown'] = 'the drain could not be watched'
    elif 'at' not in begun:
        facts['unknown'] = begun.get('unknown') or 'the state before the switch was not recorded'
    else:
        facts.update(_read(transaction, begun))
    with transaction.tolerant('receipt'):
        transaction.emit('receipt', cut=cut, **facts)


def _read(transaction, begun):
    before = transaction.live_before
    records = [one for one in (transaction.old, transaction.new) if one is not None and one.is_web]
    servers = {server.partition(' ')[0] for one in records for server in release.servers(transaction.state, one)}
    others = (set(state.known_apps()) | set(definition.list_apps())) - {transaction.app}
    try:
        return receipt.Receipt(transaction.app, sorted(servers), transaction.definition.vhost.server_name[0],
                               sorted(others)).read(begun, before is not None and before.is_web)
    except Exception as problem:
        return {'unknown': _defect(problem)}


def _defect(problem):
    return 'a defect: %s (%s)' % (type(problem).__name__, problem)
