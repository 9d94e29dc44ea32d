"""Step `prune`: removes what no rollback needs any more. It touches only what deployctl made."""

import os

from ... import files
from ...assets import copying, published
from ...docker import containers, images
from ...store import held, lineage, runs, transactions
from .. import fetched_images, release, routing
from ..one_off import course
from ..processes import instances

TRANSACTIONS_KEPT = 200


def prune(transaction):
    """Prunes as the last step of a transaction."""
    with transaction.step('prune'), transaction.tolerant('prune'):
        everything(transaction, transaction.record.rollout)


def everything(scope, own=None):
    """Removes all that is not kept. Returns the facts of a `prune.finished` event.

    `own` is the transaction under way, if any. Without one, somebody called `prune`: then the image that was pulled
    last is removed too, unless a release or a held lock needs it.
    """
    facts = scope.state.load()
    wanted = kept(scope.state, facts, scope.definition.keep)
    course.under_way(scope.state, scope.engine)   # records how commands ended whose containers are removed now
    runs.forget_old(scope.state)
    with scope.tolerant('assets'):
        copying.prune(scope.engine, scope.state, scope.definition.assets, _assets_in_use(scope))
    running = {facts.get('current'), facts.get('previous'), held.release_of(scope.state)}
    return {'containers': _containers(scope, running) + course.sweep(
                scope.state, scope.engine),
            'releases': _releases(scope, wanted),
            'images': fetched_images.remove_unneeded(scope.state, scope.engine, newest=own is not None),
            'transactions': forget_transactions(scope.state, own)}


def _assets_in_use(scope):
    """Returns whether nginx leads to assets, although the definition may have none any more."""
    return published.root_of(scope.state).encode() in (routing.vhost_on_disk(scope) or b'')


def kept(app_state, facts, keep):
    """Returns the releases to keep: the current, the previous, the one before the last deploy, and the newest others.

    `keep` of them beside the current one, and more only if these three are more. A held release is kept besides.
    """
    first = list(dict.fromkeys(one for one in (facts.get('current'), facts.get('previous'), _before(app_state)) if one))
    beside = held.release_of(app_state)
    rest = [one for one in app_state.releases() if one not in (*first, beside)]
    return set((first + rest)[:max(keep + 1, len(first))]) | ({beside} if beside else set())


def _before(app_state):
    """Returns the release that the last deploy replaced, whatever restarts came since; None if it is not kept."""
    deploy = lineage.deploy_of(app_state, app_state.load().get('current'))
    before = deploy.replaced() if deploy else None
    return before if before and app_state.sound_release(before) else None


def _containers(scope, wanted):
    found = instances.without_retiring(scope.state, containers.find(scope.engine, scope.host_id, scope.app))
    gone = [one for one in found if one['Labels'][containers.RELEASE] not in wanted or instances.was_replaced(one)]
    for one in gone:
        containers.remove(scope.engine, one['Id'])
    return len(gone)


def _releases(scope, wanted):
    """Removes releases. Returns their ids."""
    app_state, gone = scope.state, []
    for name in app_state.releases():
        if name in wanted:
            continue
        record = app_state.sound_release(name)
        if record is not None:
            forget_image(scope, record)
        else:
            images.remove(scope.engine, '%s:%s' % (images.local_repository(scope.app), name))
        app_state.forget_release(name)
        gone.append(name)
    for name in stray_sockets(app_state, wanted):
        files.remove_tree(app_state.socket_dir(name))
    return gone


def forget_image(scope, record):
    """Removes the release's own tag. The name from the pull is removed with the images that are not needed."""
    images.remove(scope.engine, release.local_image(record))
    fetched_images.released(scope.state, scope.definition.repository, record.digest)


def stray_sockets(app_state, wanted):
    return [name for name in os.listdir(app_state.root + '/sockets') if name not in wanted]


def forget_transactions(app_state, own=None):
    """Removes all but the newest records. Never one that is under way, nor one that made a kept release.

    Returns how many were removed.
    """
    facts = app_state.load()
    deploy = lineage.deploy_of(app_state, app_state.load().get('current'))
    staying = {own, app_state.unfinished(), facts.get('rollout'), deploy.rollout if deploy else None}
    kept_releases = [app_state.sound_release(name) for name in app_state.releases()]
    staying.update(record.rollout for record in kept_releases if record)
    gone = [one for one in transactions.every(app_state)[:-TRANSACTIONS_KEPT] if one.rollout not in staying]
    for one in gone:
        one.forget()
    return len(gone)
