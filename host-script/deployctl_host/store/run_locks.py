"""Tells who is at work on a one-off command: its keeper, and those who read its output.

Both hold a lock of the kernel, which ends with them whatever they die of.
"""

import contextlib
import fcntl
import os
import time
from typing import Optional

from .. import files, lock


def root(app_state):
    """Returns the directory of an app's one-off commands."""
    return app_state.root + '/runs'


def path_of(app_state, identity, suffix):
    """Returns the path of one file of a command."""
    return '%s/%s.%s' % (root(app_state), identity, suffix)


class Keeping:
    """The lock of the one process that may start a command and record its end. The kernel releases it on its death."""

    def __init__(self, app_state, identity):
        self._path = path_of(app_state, identity, 'keeper')
        self._descriptor: Optional[int] = None

    def take(self, wait=lock.GRACE, flags=0):
        """Acquires the lock. Returns False if another process held it for `wait` seconds or the command was closed."""
        deadline = time.monotonic() + wait
        while True:
            try:
                descriptor = open_file(self._path, flags)
            except FileNotFoundError:
                return False
            if _flock(descriptor, fcntl.LOCK_EX) and _is_still(self._path, descriptor):
                self._descriptor = descriptor
                return True
            os.close(descriptor)
            if time.monotonic() >= deadline:
                return False
            time.sleep(lock.POLL)

    def sign(self):
        """Writes the id of this process into the file, for operators."""
        assert self._descriptor is not None
        os.ftruncate(self._descriptor, os.pwrite(self._descriptor, b'%d\n' % os.getpid(), 0))

    def release(self):
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def keeper(app_state, identity):
    """Returns the process id of the last keeper, or None."""
    try:
        with open(path_of(app_state, identity, 'keeper'), 'rb') as source:
            return int(source.read(20) or 0) or None
    except (OSError, ValueError):
        return None


def alive(app_state, identity):
    """Returns True if a keeper is at work on the command."""
    return not _free(path_of(app_state, identity, 'keeper'), fcntl.LOCK_SH)


def read_by_nobody(app_state, identity):
    """Returns True if nobody reads the command's output."""
    return _free(path_of(app_state, identity, 'readers'), fcntl.LOCK_EX)


@contextlib.contextmanager
def reading(app_state, identity):
    """Keeps the container of a command, and so its whole output, during the block."""
    try:
        descriptor = open_file(path_of(app_state, identity, 'readers'))
    except FileNotFoundError:
        yield
        return
    try:
        _flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def open_file(path, flags=0):
    """Opens the file of a lock; `flags` O_CREAT creates it."""
    with files.full_disk_reported(path):
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)


def _free(path, how):
    try:
        descriptor = open_file(path)
    except FileNotFoundError:
        return True
    try:
        return _flock(descriptor, how)
    finally:
        os.close(descriptor)


def _flock(descriptor, how):
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def _is_still(path, descriptor):
    """Returns False if the file was removed, and perhaps made again, since it was opened."""
    try:
        seen = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return seen.st_ino == os.fstat(descriptor).st_ino
