"""Refuses work that the free space of this host does not allow."""

import os
import re

from .. import files, paths
from ..errors import HostError

# containerd and its helpers need a few KiB and a few dozen files in /run for each container.
RUN_BYTES = 1024 * 1024
RUN_INODES = 200
# A transaction writes some dozen small files, and reserves 256 KiB for its end.
STATE_BYTES = 1024 * 1024
STATE_INODES = 100


def require_for_image(engine, host):
    """Refuses to pull an image where Docker's file system is nearly full. Returns Docker's root directory."""
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
    """Returns the bytes that root may still write there; None if unknown (a daemon with a root of its own)."""
    return files.free(path)[0]


def require_to_run():
    """Refuses to start containers where the runtime has no space for its own files (/run), or the script for its."""
    _require(paths.RUN, RUN_BYTES, RUN_INODES, 'no container can be started')
    _require(paths.STATE, STATE_BYTES, STATE_INODES, 'no transaction can be recorded')


def _require(path, least_bytes, least_inodes, what):
    size, inodes = files.free(path)
    if size is not None and size < least_bytes or inodes is not None and inodes < least_inodes:
        raise HostError('disk-full', '%s: %s' % (what, files.free_space(path)), state='nothing was touched',
                        hint='free space there: df -h %s; df -i %s' % (path, path))


def directory_named_in(message, root):
    """Returns the existing directory that an error of the daemon is about; `root` if it names none below that."""
    named = re.search(r'(%s/[^\s:"\']+)' % re.escape(root.rstrip('/')), message)
    found = os.path.dirname(named.group(1)) if named else root
    while not os.path.isdir(found):
        found = os.path.dirname(found)
    return found
