"""Step `held`: keeps the new release running beside the live one, until somebody promotes or abandons it."""

import os

from ...nginx import preview
from ...store import held
from .. import health_checks, routing


def hold(transaction):
    """Records that the new release is held. From here on nothing fails the transaction any more."""
    with transaction.step('held'):
        new = transaction.new
        token = _open_preview(transaction)
        if new.is_web:
            health_checks.watch_of(transaction).check_running()
        transaction.mark('held', 'keeping')
        held.save(transaction.state, held.of(
            new, transaction.request, transaction.rollout, token, _url(transaction, token)))
        transaction.committed = True


def _open_preview(transaction):
    """Makes nginx lead requests with the token to the new release. Returns the token; None if it has no preview."""
    new, old = transaction.new, transaction.old
    vhost = transaction.definition.vhost
    if not new.is_web or vhost is None or not vhost.preview:
        return None
    if old is None or not old.is_web or routing.vhost_on_disk(transaction) is None:
        transaction.warn('preview', 'no release of %s is live here, so there is no virtual host yet in which a preview '
                         'could be asked for' % transaction.app)
        return None
    if not routing.offers_preview(transaction, old, new):
        _add_preview(transaction, old)
    token = transaction.request.preview or os.urandom(16).hex()
    transaction.mark('held', 'opening')
    held.open_preview(transaction.state, token, new, transaction.identity.gid)
    return token


def _add_preview(transaction, old):
    """Writes the virtual host of the live release again, from the definition, with a preview. An undo restores it."""
    transaction.record.keep_vhost(routing.vhost_on_disk(transaction))
    transaction.mark('switch', 'kept', pointed=transaction.state.pointed_at())
    routing.route(transaction, old, routing.vhost_text(transaction, old, transaction.new), alive=health_checks.watch_of(
        transaction).check_running)


def _url(transaction, token):
    vhost = transaction.definition.vhost
    return preview.address(vhost.server_name, vhost.listen, vhost.redirect == 'https') if token else None
