"""Steps `env` and `pull`: all that a release is made of, gathered before anything is started."""

import contextlib
import os
import re

from ... import files, paths
from ...docker import images
from ...env import environment
from ...errors import HostError
from .. import fetched_images, release

# What containerd and its helpers need in /run for a few containers is some KiB and some dozens of files.
RUN_BYTES = 1024 * 1024
RUN_INODES = 200


def env(transaction):
    """The values of this moment, linted; only their names are told."""
    with transaction.step('env'):
        with transaction.interruptible():
            snapshot = environment.read(transaction.definition, transaction.host)
        tell_env(transaction, snapshot)
        return snapshot


def tell_env(transaction, snapshot):
    transaction.emit('env.read', source=snapshot.source, revision=snapshot.revision, names=list(snapshot.names),
                     sha256=snapshot.sha256)
    for text in snapshot.warnings:
        transaction.warn('env', text)


def stored_env(transaction, record):
    """The values that a kept release was made with: no etcd is asked."""
    with transaction.step('env'):
        stored = transaction.state.release_env(record['release'])
        if stored is None:
            raise HostError('not-found', 'the env of release %s is not kept any more' % record['release'],
                            hint='deploy its image anew: deployctl-host deploy %s --digest=%s' % (
                                transaction.app, record['digest']))
        snapshot = environment.from_dict(stored)
        tell_env(transaction, snapshot)
        return snapshot


def digest_of(transaction):
    """The digest that was asked for; a tag is looked up at the registry, once."""
    request = transaction.request
    digest, tag = request.get('digest'), request.get('tag') or request.get('from-tag')
    if digest is None:
        with transaction.interruptible():
            digest = images.resolve(transaction.engine, transaction.definition.repository, tag)
    transaction.emit('image.resolved', tag=tag, digest=digest)
    return digest, tag


def image(transaction, record):
    """Has the image here, checked, under a tag of ours that keeps it from any prune."""
    engine, repository = transaction.engine, transaction.definition.repository
    with transaction.interruptible():
        found = fetched(engine, transaction.host, transaction.state, repository, record['digest'])[0]
    adopt(transaction, record, found)
    return found


def adopt(transaction, record, image_found):
    """Makes an image that is here the release's own."""
    images.tag(transaction.engine, image_found['Id'], record['app'], record['release'])
    record['image'] = image_found['Id']


def fetched(engine, host, app_state, repository, digest, tidy=True):
    """(the image's record, whether it was here already). It is noted as the app's, so that a later prune removes it.

    `tidy` removes first what was fetched before and never came into service: one broken image after the other must not
    fill the disk. Not while a transaction of somebody else is under way.
    """
    version = engine.facts('/version')
    found = fetched_images.claim(app_state, engine, repository, digest)
    already = found is not None
    if not already:
        if tidy:
            with contextlib.suppress(HostError):    # `prune` tells of what cannot be removed
                fetched_images.remove_unneeded(app_state, engine)
        root = room(engine, host)
        try:
            found = images.pull(engine, repository, digest)
        except HostError as problem:
            if problem.kind == 'disk-full':
                problem.message += '; ' + files.room_left(_place(problem.message, root))
            raise
        fetched_images.pulled(app_state, repository, digest)
    images.check(found, repository, digest, version)
    return found, already


def room(engine, host):
    """Refuses to begin what would fill the disk. Returns Docker's root directory."""
    root = engine.facts('/info').get('DockerRootDir') or '/var/lib/docker'
    size, inodes = free_bytes(root), files.free(root)[1]
    if size is not None and size < host.docker.min_free:
        raise HostError('disk-full', '%d MiB are free under %s, and %d MiB must be' % (
            size >> 20, root, host.docker.min_free >> 20),
            hint='free space there (docker system df shows what takes it), or lower [docker] min-free in host.conf')
    if inodes is not None and inodes < files.FEW_INODES:
        raise HostError('disk-full', '%d inodes are free under %s, too few for an image, whatever bytes there are' % (
            inodes, root), hint='remove images or files there (df -i %s; docker system df)' % root)
    return root


def free_bytes(path):
    """Tells how much root may still write there; None where it cannot be told (a daemon with a root of its own)."""
    return files.free(path)[0]


def room_to_run():
    """Refuses to start containers where the runtime has no room to keep account of them (/run)."""
    size, inodes = files.free(paths.RUN)
    if size is not None and size < RUN_BYTES or inodes is not None and inodes < RUN_INODES:
        raise HostError('disk-full', 'no container can be started: ' + files.room_left(paths.RUN),
                        state='nothing was touched',
                        hint='free space there: df -h %s; df -i %s' % (paths.RUN, paths.RUN))


def _place(message, root):
    """The directory that an error of the daemon's is about, where it names one below its root."""
    named = re.search(r'(%s/[^\s:"\']+)' % re.escape(root.rstrip('/')), message)
    found = os.path.dirname(named.group(1)) if named else root
    while not os.path.isdir(found):
        found = os.path.dirname(found)
    return found


def kept_image(transaction, record):
    """The image of a kept release, found here; fetched again only when somebody has removed it."""
    local = images.find(transaction.engine, release.local_image(record))
    if local is not None and local['Id'] == record['image']:
        return local
    by_id = images.find(transaction.engine, record['image'])
    if by_id is not None:
        images.tag(transaction.engine, record['image'], record['app'], record['release'])
        return by_id
    transaction.warn('image-gone', 'the image of release %s is not here any more: pulling it again' % (
        record['release']))
    return image(transaction, record)
