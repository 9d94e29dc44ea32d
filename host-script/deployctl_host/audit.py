"""Writes the audit log: one line of JSON for every call, including refused ones, safe to print on a terminal.

An entry holds the caller, the call and its result, never an env value. Everything outside printable ASCII is escaped.
"""

import fcntl
import json
import os
import time

from . import files, paths
from .errors import HostError

TEXT_LIMIT = 400
# Options whose values are secrets.
SECRET = ('--preview',)
LOCK_TIMEOUT = 1.0


def record(**fields):
    """Appends one line and returns False if it could not be written. Never fails the call."""
    try:
        _append(_line(fields))
        return True
    except (OSError, HostError):
        return False


def record_or_refuse(**fields):
    """Appends one line for a call that is about to change something; a call that cannot be audited is refused."""
    try:
        _append(_line(fields))
    except HostError:
        raise
    except OSError as problem:
        raise HostError('unavailable', 'cannot write the audit log %s: %s' % (paths.audit_log(), problem.strerror),
                        state='nothing was touched',
                        hint='fix that file or its directory (root, 0700), then try again') from problem


def redacted(words):
    """Returns the arguments of a call without the values of options that are secrets."""
    return [word if before not in SECRET else '...' for before, word in zip(['', *words], (
        word.partition('=')[0] + '=...' if word.startswith(tuple(each + '=' for each in SECRET)) else word
        for word in words))]


def _line(fields):
    seconds, fraction = divmod(time.time_ns(), 10 ** 9)
    stamp = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))
    entry = {'ts': '%s.%03dZ' % (stamp, fraction // 10 ** 6), 'pid': os.getpid()}
    entry.update((name, _short(value)) for name, value in sorted(fields.items()))
    return (json.dumps(entry, ensure_ascii=True) + '\n').encode('ascii')


def _short(value):
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_short(each) for each in value[:50]]
    text = str(value)
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + '...'


def _append(line):
    files.make_dir(paths.LOG, 0o700)
    descriptor = os.open(paths.audit_log(),
                         os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    try:
        with files.full_disk_reported(paths.audit_log()):
            os.fchmod(descriptor, 0o600)
            _lock(descriptor)
            size = os.fstat(descriptor).st_size
            if os.write(descriptor, line) != len(line):
                os.ftruncate(descriptor, size)  # half a line would make the next one unreadable too
                raise HostError('disk-full', 'no space left to write %s' % paths.audit_log(),
                                state='nothing was touched',
                                hint='free space on that file system, then try again')
    finally:
        os.close(descriptor)


def _lock(descriptor):
    """Takes the lock that lets an incomplete line be removed; after a time-out the line is written without it."""
    until = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                return
            time.sleep(0.01)
