"""Locks between calls: one app, one transaction. flock in a root-only directory; the files are never unlinked.

The kernel frees a lock when its holder dies, whatever way it dies, so a free lock means that nobody is at work.
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
# Somebody who only looks whether a lock is taken holds it for an instant; one who wants it must outlast that.
GRACE = 0.1


class Lock:
    """A lock file. While held it tells in its content who holds it and what for."""

    def __init__(self, name):
        self.path = '%s/%s.lock' % (paths.RUN, name)
        self._descriptor: Optional[int] = None

    def take(self, wait=0.0):
        """True when it is ours, False when somebody else kept it for `wait` seconds."""
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
        with files.room(self.path):
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    @property
    def held(self):
        return self._descriptor is not None

    def describe(self, holder):
        """Writes down who we are, for those who find the lock taken. It is held all the same where there is no room."""
        assert self._descriptor is not None
        data = json.dumps(holder, sort_keys=True).encode()
        try:
            os.ftruncate(self._descriptor, os.pwrite(self._descriptor, data, 0))
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            os.ftruncate(self._descriptor, 0)

    def free(self):
        """Ends our hold; the content goes first, so that a free lock names no holder."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def busy(self):
        """Whether somebody holds it just now."""
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
        """What the holder wrote about itself; {} when it has not come to that yet."""
        try:
            with open(self.path, 'rb') as source:
                found = json.loads(source.read(65536) or b'{}')
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def locked(app, holder):
    """The answer to one who comes second."""
    who = holder.get('holder') or 'somebody'
    what = holder.get('verb') or 'a transaction'
    message = '%s is busy: %s by %s since %s' % (app, what, who, holder.get('since') or 'a moment ago')
    if holder.get('step'):
        message += ', at step %s' % holder['step']
    hint = 'wait for it (--wait=SECONDS)'
    if holder.get('rollout'):
        hint += ', or watch it: deployctl-host attach %s --rollout=%s' % (app, holder['rollout'])
    return HostError('locked', message, state='nothing was touched', hint=hint)
