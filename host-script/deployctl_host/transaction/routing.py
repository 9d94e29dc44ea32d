"""Routes users to a release and back: the symlink, the virtual host, and the reload of nginx."""

import os
import time

from .. import files, lock
from ..assets import published
from ..errors import HostError
from ..nginx import configuration, preview, process, vhost
from ..store import vhost_history
from . import release

NGINX_TIMEOUT = 120.0
RELOAD_DEADLINE = 10.0
LOOK = 0.05
WATCH = 0.5


def vhost_path(transaction):
    return vhost.path_of(transaction.host.nginx, transaction.app)


def vhost_on_disk(transaction):
    """Returns the virtual host as it is now, or None."""
    try:
        return files.read_bytes(vhost_path(transaction))
    except FileNotFoundError:
        return None


def vhost_text(transaction, record, beside=None):
    """Returns the virtual host that leads to a release; None for one without a web part, which has no virtual host.

    `beside` is a release that is about to be held, which its preview leads to.
    """
    definition = transaction.definition_of(record)
    if not record.is_web or definition.vhost is None:
        return None
    return release.vhost_text(definition, transaction.settings, transaction.state, record,
                              transaction.closed, beside).encode()


def offers_preview(transaction, live, beside):
    """Returns whether the virtual host of the live release leads requests with a token to a release beside it."""
    way = release.preview_of(transaction.definition, transaction.state, live, beside)
    text = (vhost_on_disk(transaction) or b'').decode('utf-8', 'replace')
    return way is not None and preview.is_offered(text, way, vhost.variable(transaction.app))


def routed_release(transaction):
    """Returns the release that nginx routes to, according to its files; None if there is none."""
    mode, named = vhost.parse_mark((vhost_on_disk(transaction) or b'').decode('utf-8', 'replace'))
    return transaction.state.pointed_at() if mode == 'socket' else named


def server_names(definition):
    """Returns the names that no other virtual host may have; none for an app without a web part."""
    return definition.vhost.server_name if definition.vhost else ()


def withdraw(scope):
    """Removes the virtual host of an app that has no web part any more, and reloads nginx.

    The symlink stays: old workers of nginx need it as long as they have requests. See `drain`.
    """
    _keep_foreign(scope, vhost_on_disk(scope))
    with nginx_lock():
        reload_with(scope, None, None, keep_symlink=True)


def withdraw_leftover(scope):
    """Removes the virtual host that an app without web part still has, because nginx could not be reloaded before.

    Returns whether there was one. Its old containers are strays once no worker of nginx needs them.
    """
    current = scope.state.sound_release(scope.state.load().get('current'))
    if current is None or current.is_web or vhost_on_disk(scope) is None:
        return False
    withdraw(scope)
    deadline = time.monotonic() + scope.definition.drain.timeout
    while process.still_there(scope.workers) and time.monotonic() < deadline:
        time.sleep(LOOK)
    scope.state.point_nowhere()
    return True


def is_left_behind(scope, record):
    """Returns whether nginx still leads to a release although the app has no web part any more."""
    current = scope.state.sound_release(scope.state.load().get('current'))
    return current is not None and not current.is_web and routed_release(scope) == record.id


def reload_unfinished(entries):
    """Returns whether nginx may run another configuration than the one on disk: a reload was not completed."""
    phases = [entry['phase'] for entry in entries if entry['step'] == 'switch']
    return 'reload' in phases and phases[-1] not in ('applied', 'restored', 'end')


def reload_was_sent(entries):
    """Returns whether users may have been routed to the new release for a moment, although the reload failed."""
    return any(entry['step'] == 'switch' and entry['phase'] == 'reload' for entry in entries)


def route(transaction, record, text, reload_anyway=False, ours=True, alive=None):
    """Makes nginx route to a release, with `text` as its virtual host. True if that took a reload.

    `record` None takes the app out of nginx, and so does one without a web part; `text` None removes its file. `ours`
    False says that `text` was found there before, and may have been edited by hand. `alive` is called in every wait,
    and raises if the release has failed.
    """
    before = vhost_on_disk(transaction)
    record = record if record is not None and record.is_web else None
    if before != text:
        _keep_foreign(transaction, before)
    if ours and text is not None:
        vhost_history.remember(transaction.state, text)
    if text == before and not reload_anyway:
        if alive is not None:
            alive()
        _point(transaction, record)
        return False
    with nginx_lock(alive):
        reload_with(transaction, record, text, alive)
    return True


def _keep_foreign(transaction, before):
    """Keeps a copy of a virtual host that is about to be replaced and was edited by hand."""
    ours = before is None or vhost_history.is_ours(transaction.state, before)
    if ours or ours is None and transaction.old is not None and before == vhost_text(transaction, transaction.old):
        return
    how = 'was not written by this version' if ours is None else 'was changed by hand (or by a program such as certbot)'
    transaction.warn('vhost', '%s %s and is replaced; its text is kept in %s: what is still needed belongs into '
                     '[vhost] of the definition or into a template' % (
                         vhost_path(transaction), how, vhost_history.keep(transaction.state, before)))


def _point(transaction, record):
    if record is not None:
        with transaction.tolerant('assets'):     # a full disk must not stop an undo here
            published.lead(transaction.state, transaction.definition.assets, record.digest)
    if record is None:
        transaction.state.point_nowhere()
    elif record.mode == 'socket' and transaction.state.pointed_at() != record.id:
        transaction.state.point_at(record.id)


class nginx_lock:
    """Held while one app writes, tests, reloads and verifies, so that no app meets the unfinished change of another."""

    def __init__(self, alive=None):
        self._lock = lock.Lock('.nginx')
        self._alive = alive

    def __enter__(self):
        deadline = time.monotonic() + NGINX_TIMEOUT
        while not self._lock.take(min(WATCH, NGINX_TIMEOUT)):
            if self._alive is not None:
                self._alive()
            if time.monotonic() < deadline:
                continue
            raise HostError('unavailable', 'another app has been changing nginx for %g s' % NGINX_TIMEOUT,
                            hint='try again')

    def __exit__(self, *problem):
        self._lock.release()


def reload_with(transaction, record, text, alive=None, keep_symlink=False):
    """Writes the virtual host, tests it, reloads nginx and verifies the reload. The caller holds nginx's lock."""
    settings, path = transaction.settings, vhost_path(transaction)
    master = process.master(settings)
    before, pointed = vhost_on_disk(transaction), transaction.state.pointed_at()
    workers = master.workers()
    if alive is not None:
        alive()
    transaction.mark('switch', 'workers', workers=workers)
    files.sweep_temporary(os.path.dirname(path))    # nobody else writes there while we hold nginx's lock
    write(path, text)
    try:
        configuration.test(settings, path, server_names(transaction.definition))
    except HostError:
        write(path, before)
        transaction.mark('switch', 'restored')
        raise
    # Instances that the new release does not have must leave nginx's list before the symlink moves; those that it adds
    # must exist before they enter it. A retry on the next instance covers the moment in between.
    if record is not None:
        _point(transaction, record)
    transaction.mark('switch', 'reload')
    offset = configuration.log_size(settings)
    try:
        master.reload()
        await_reload(settings, master, workers, offset, alive)
    except HostError:
        _put_back(transaction, master, path, before, pointed)
        raise
    if record is None and not keep_symlink:
        transaction.state.point_nowhere()
    transaction.mark('switch', 'applied')


def _put_back(transaction, master, path, before, pointed):
    """Restores the files after a failed reload, and reloads again, since nginx may still be trying."""
    write(path, before)
    if pointed is None:
        transaction.state.point_nowhere()
    else:
        transaction.state.point_at(pointed)
    try:
        master.reload()
        transaction.mark('switch', 'restored')
    except HostError:
        transaction.warn('nginx', 'nginx could not be told that its configuration is the old one again')


def write(path, text):
    """Replaces a file of nginx, or removes it if `text` is None."""
    if text is None:
        files.remove_file(path)
        files.fsync_dir(os.path.dirname(path))
    else:
        files.write_atomic(path, text, 0o644)


def await_reload(settings, master, workers, offset, alive=None):
    """Waits for new workers: nginx accepts a reload long before it is done, and may drop it silently."""
    begun = watched = time.monotonic()
    while True:
        serving = master.workers()
        if serving and not any(serving.get(pid) == started for pid, started in workers.items()):
            return
        why = configuration.complaints_since(settings, offset)
        now = time.monotonic()
        if now >= begun + RELOAD_DEADLINE or any('still could not bind' in line for line in why):
            break
        if alive is not None and now >= watched + WATCH:
            alive()
            watched = now
        time.sleep(LOOK)
    reason = ': ' + why[0] if why else ''
    raise HostError('release-failed', 'nginx accepted the reload, but did not do it' + reason,
                    state='its old workers serve with the old configuration',
                    hint='is the listen port of this app taken by another program? see %s' % settings.error_log)
