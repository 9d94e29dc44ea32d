"""Reads files that only root can have written: whoever can write a definition can become root.

The path is opened one directory at a time, each relative to the previous one and without following symlinks. So the
file that is read is the one that was checked, even if something is renamed concurrently.
"""

import contextlib
import os
import stat
from typing import Dict, Optional

from .errors import HostError

# The required owner and the directory where the walk starts. Tests that run without root patch them.
OWNER = 0
TOP = '/'

LIMIT = 256 * 1024
WALK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# What `in_place_of_disk` has set: the content of a path, or None for no file.
_given: Dict[str, Optional[bytes]] = {}


@contextlib.contextmanager
def in_place_of_disk(contents):
    """Makes everything within the block read these contents: {path: bytes, or None for no file}.

    So a set of files can be checked before it is written, by the same code that reads it afterwards.
    """
    _given.update(contents)
    try:
        yield
    finally:
        _given.clear()


def read(path, secret=False, limit=LIMIT):
    """Returns the file's bytes. Raises FileNotFoundError, or HostError('definition') if it cannot be trusted.

    A `secret` file must not be readable by group and others either.
    """
    if path in _given:
        data = _given[path]
        if data is None:
            raise FileNotFoundError(path)
    else:
        with os.fdopen(_open(path, secret), 'rb') as source:
            data = source.read(limit + 1)
    if len(data) > limit:
        raise HostError('definition', '%s is larger than %d KiB' % (path, limit // 1024))
    return data


def check(path, secret=False):
    """Makes the same checks without reading the file."""
    os.close(_open(path, secret))


def _open(path, secret):
    trail = TOP.rstrip('/')
    if not path.startswith(trail + '/'):
        raise ValueError('not below %s: %s' % (TOP, path))
    names = [name for name in path[len(trail):].split('/') if name]
    here = os.open(TOP, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _examine(os.fstat(here), TOP, stat.S_ISDIR, 0o022)
        for position, name in enumerate(names):
            last = position == len(names) - 1
            trail += '/' + name
            below = _step(here, name, trail)
            os.close(here)
            here = below
            _examine(os.fstat(here), trail, stat.S_ISREG if last else stat.S_ISDIR, 0o077 if secret and last else 0o022)
    except BaseException:
        os.close(here)
        raise
    return here


def _step(directory, name, trail):
    try:
        return os.open(name, WALK, dir_fd=directory)
    except FileNotFoundError:
        raise
    except OSError as problem:
        try:
            linked = stat.S_ISLNK(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode)
        except OSError:
            linked = False
        what = 'is a symlink' if linked else 'cannot be opened (%s)' % problem.strerror
        raise HostError('definition', 'refused: %s %s' % (trail, what),
                        hint='put the real file there' if linked else None) from problem


def _examine(seen, path, is_kind, forbidden):
    if not is_kind(seen.st_mode):
        raise HostError('definition', 'refused: %s is not a %s' % (
            path, 'directory' if is_kind is stat.S_ISDIR else 'regular file'))
    if seen.st_uid != OWNER:
        raise HostError('definition', 'refused: %s belongs to uid %d, not to root' % (path, seen.st_uid),
                        hint='chown root:root %s' % path)
    if stat.S_IMODE(seen.st_mode) & forbidden:
        what = 'writable by others than root' if forbidden == 0o022 else 'open to others than root'
        raise HostError('definition', 'refused: %s is %s (mode %04o)' % (path, what, stat.S_IMODE(seen.st_mode)),
                        hint='chmod %s %s' % ('go-w' if forbidden == 0o022 else 'go=', path))
