"""Copies the assets of an image to this host, and removes those that are kept no longer.

A copy is complete before its name exists, so whatever dies in between leaves only a temporary directory and a container
with a fixed name, which the next call removes.
"""

import contextlib
import os

from .. import files, http_client, lock
from ..docker import archive, containers
from ..errors import HostError
from ..store import state
from . import published, tar, tree


@contextlib.contextmanager
def exclusive(app, wait):
    """Held while the assets of an app are changed."""
    held = lock.Lock('.assets-' + app)
    if not held.take(wait):
        raise HostError('unavailable', 'another call has been copying assets of %s for %g s' % (app, wait),
                        hint='try again')
    try:
        yield
    finally:
        held.release()


def ensure(engine, host, app_state, assets, digest, image, warn):
    """Makes nginx serve the assets of an image from disk. Returns how many files they are.

    `warn` is told of entries that were passed over.
    """
    timeout = host.docker.pull_timeout
    with exclusive(app_state.app, timeout):
        found = published.count(app_state, assets, digest)
        if found is None:
            found = _copied(engine, app_state, assets, digest, image, timeout, warn)
        published.publish(app_state, assets, published.key_of(assets, digest))
    return found


def _copied(engine, app_state, assets, digest, image, timeout, warn):
    root = published.root_of(app_state)
    app_state.prepare()
    files.make_dir(root, 0o711)
    sweep(app_state)
    temporary = '%s/%s%s' % (root, files.TEMPORARY, os.urandom(8).hex())
    try:
        written = _written(engine, app_state.app, assets, image, timeout, temporary)
        files.write_json('%s/%s' % (temporary, published.ABOUT), {
            'files': written.files, 'bytes': written.bytes, 'path': assets.path, 'url': assets.url})
        # One sync for all files: each on its own would take minutes for many small ones.
        os.sync()
        os.rename(temporary, '%s/%s' % (root, published.key_of(assets, digest)))
        files.fsync_dir(root)
    finally:
        files.remove_tree(temporary)
    if written.skipped:
        warn('assets', '%d entries under %s of the image are no regular files (%s): nginx leaves them to the app' % (
            written.skipped, assets.path, ascii(written.first)))
    return written.files


def _written(engine, app, assets, image, timeout, temporary):
    """Writes the files of an image below the path of their URLs."""
    target = temporary + assets.url.rstrip('/')
    with files.full_disk_reported(temporary):
        os.makedirs(os.path.dirname(target), 0o755)
        for directory in _between(temporary, target):
            os.chmod(directory, tree.DIRECTORY_MODE)
    with archive.opened(engine, state.host_id(), app, image, assets.path, timeout) as chunks:
        try:
            return tree.write(chunks, assets.path, target)
        except tar.Invalid as problem:
            raise HostError(
                'release-failed', 'the assets of the image (%s) are refused: %s' % (assets.path, problem),
                state='nothing was touched',
                hint='look into it: docker run --rm --entrypoint find %s %s' % (image[:19], assets.path)) from problem
        except (OSError, http_client.HttpError) as problem:
            raise HostError('unavailable', 'copying %s out of the image was interrupted: %s' % (
                assets.path, problem)) from problem


def _between(top, target):
    """Yields `top` and the directories between it and `target`."""
    yield top
    parts = os.path.dirname(target)[len(top):].strip('/').split('/')
    for end in range(1, len(parts) + 1):
        if parts[0]:
            yield '%s/%s' % (top, '/'.join(parts[:end]))


def sweep(app_state):
    """Removes what a killed copy left. The caller holds the lock."""
    root = published.root_of(app_state)
    for name in os.listdir(root):
        if name.startswith(files.TEMPORARY):
            files.remove_tree('%s/%s' % (root, name))


def remove_container(engine, app_state):
    """Removes the container that a killed copy left, of an app that has assets."""
    if os.path.isdir(published.root_of(app_state)):
        containers.remove(engine, archive.name_of(app_state.app))


def prune(engine, app_state, assets, in_use):
    """Removes the assets of releases that are kept no longer; all of them if there is no section any more.

    `in_use` tells whether nginx still leads to them. Returns how many sets of files were removed.
    """
    root = published.root_of(app_state)
    if not os.path.isdir(root):
        return 0
    with exclusive(app_state.app, 0):
        remove_container(engine, app_state)
        sweep(app_state)
        if assets is None:
            if in_use:
                return 0
            gone = len(published.keys(app_state))
            files.remove_tree(root)
            return gone
        kept = published.ranked(app_state, published.keys(app_state))[:assets.keep]
        pulled = app_state.images()[-1:]    # a rollout may be about to deploy it
        kept += [published.key_of(assets, one['digest']) for one in pulled]
        return published.forget(app_state, kept, published.slots_of(assets))
