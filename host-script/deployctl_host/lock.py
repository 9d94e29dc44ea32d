"""Locks between calls: one transaction per app. Uses flock in a root-only directory; the files are never unlinked.

The kernel releases a lock when its holder dies for any reason, so a free lock means that no worker is running.
"""

import errno
import fcntl
import json
import os
import time
from typing import Optional

from . import files, paths
from .errors import HostError

POLL = 0.02
# A process that checks whether a lock is held takes it briefly; an acquirer must retry for longer than that.
GRACE = 0.1


class Lock:
    """A lock file. While the lock is held, the file's content names the holder and the purpose."""

    def __init__(self, name):
        self.path = '%s/%s.lock' % (paths.RUN, name)
        self._descriptor: Optional[int] = None

    def take(self, wait=0.0):
        """Acquires the lock; returns False if another process held it for `wait` seconds."""
        deadline = time.monotonic() + max(wait, GRACE)
        descriptor = self._open()
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(POLL)
                continue
            self._descriptor = descriptor
            return True

    def _open(self):
        files.make_dir(paths.RUN, 0o700)
        with files.full_disk_reported(self.path):
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    @property
    def held(self):
        return self._descriptor is not None

    def describe(self, holder):
        """Writes the holder into the file, for callers that find it locked. On a full disk the lock is held without."""
        assert self._descriptor is not None
        data = json.dumps(holder, sort_keys=True).encode()
        try:
            os.ftruncate(self._descriptor, os.pwrite(self._descriptor, data, 0))
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            os.ftruncate(self._descriptor, 0)

    def release(self):
        """Releases the lock; the content is cleared first, so that a free lock names no holder."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def busy(self):
        """Returns True if a process holds the lock now."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)

    def holder(self):
        """Returns what the holder wrote into the file; {} if it has not written yet."""
        try:
            with open(self.path, 'rb') as source:
                found = json.loads(source.read(65536) or b'{}')
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def operators_files():
    """Returns the lock of all who compare and then replace files of operators: `apply`, and changes of an env file."""
    return Lock('.operators-files')


def busy_error(app, holder):
    """Returns the error for a caller that finds the app locked by another transaction."""
    who = holder.get('holder') or 'somebody'
    what = holder.get('verb') or 'a transaction'
    message = '%s is busy: %s by %s since %s' % (app, what, who, holder.get('since') or 'a moment ago')
    if holder.get('step'):
        message += ', at step %s' % holder['step']
    hint = 'wait for it (--wait=SECONDS)'
    if holder.get('run'):
        hint += ', or watch it: deployctl-host attach %s --run=%s' % (app, holder['run'])
    elif holder.get('rollout'):
        hint += ', or watch it: deployctl-host attach %s --rollout=%s' % (app, holder['rollout'])
    return HostError('locked', message, state='nothing was touched', hint=hint)
