"""Finds and opens an access log and its rotated parts, in any of logrotate's naming schemes.

    deployctl-blog.log.1                    deployctl-blog.log-20261130       (dateext, any dateformat)
    deployctl-blog.log.2.gz                 deployctl-blog.log-20261130.zst   (gzip, bzip2, xz, zstd)
    deployctl-blog-20261130.log             (extension .log)                  and any of them in an olddir

nginx's user may write to the directory, so symlinks are not followed. Compression is recognized by the first bytes. A
part that cannot be read is reported and never counts as empty.
"""

import contextlib
import os
import re
import stat

from .. import programs, regex
from ..errors import HostError

LOGROTATE = ('/etc/logrotate.conf', '/etc/logrotate.d')
OLDDIR = regex.lazy(r'^\s*olddir\s+"?([^\s"]+)"?\s*$', re.MULTILINE)
PACKED = ((b'\x1f\x8b', 'gzip'), (b'BZh', 'bzip2'), (b'\xfd7zXZ\x00', 'xz'), (b'\x28\xb5\x2f\xfd', 'zstd'),
          (b'\x04\x22\x4d\x18', 'lz4'), (b'\x1f\x9d', 'compress'), (b'PK\x03\x04', 'zip'))
ZSTD = '/usr/bin/zstd'
ZSTD_TIMEOUT = 30.0
TRIES = 5
BLOCK = 1024 * 1024
LINE_LIMIT = 1024 * 1024


class Unreadable(Exception):
    """A file cannot be read; the text says why."""


class Part:
    """One open file of a log: the current one or a rotated part."""

    def __init__(self, path, source, current):
        self.path = path
        self.name = os.path.basename(path)
        self.current = current
        seen = os.fstat(source.fileno())
        self.written, self.inode, self.size = seen.st_mtime, seen.st_ino, seen.st_size
        self.source = source
        head = source.read(8)
        self.packed = next((how for magic, how in PACKED if head.startswith(magic)), None)
        source.seek(0)

    def unpacked(self, limit):
        """Yields the lines of a compressed file from its beginning; raises Unreadable if it is damaged."""
        try:
            with self._opened() as lines:
                for line in iter(lambda: lines.readline(LINE_LIMIT), b''):
                    limit -= len(line)
                    if limit < 0:
                        raise Unreadable('%s is too large' % self.name)
                    yield line
        except Unreadable:
            raise
        except Exception as problem:    # each library raises its own exceptions
            raise Unreadable('%s is damaged (%s)' % (self.name, type(problem).__name__)) from problem

    def newest_first(self, left):
        """Yields the complete lines of an uncompressed file from its end to its beginning, up to `left` bytes."""
        place = self.source.seek(0, os.SEEK_END)
        rest, whole = b'', False
        while place and left[0] > 0:
            size = min(BLOCK, place)
            place -= size
            left[0] -= size
            self.source.seek(place)
            lines = (self.source.read(size) + rest).split(b'\n')
            rest = lines[0]
            # nginx may be writing the last line at this moment.
            yield from reversed(lines[1:] if whole else lines[1:-1])
            whole = whole or len(lines) > 1
        if not place and whole:
            yield rest

    def _opened(self):
        try:
            if self.packed == 'gzip':
                import gzip
                return gzip.open(self.source)
            if self.packed == 'bzip2':
                import bz2
                return bz2.open(self.source)
            if self.packed == 'xz':
                import lzma
                return lzma.open(self.source)
        except ImportError as problem:
            raise Unreadable('%s: this Python has no %s' % (self.name, self.packed)) from problem
        if self.packed == 'zstd':
            return self._by_zstd()
        raise Unreadable('%s is compressed with %s, which is not supported' % (self.name, self.packed))

    def _by_zstd(self):
        import io
        try:
            data = self.source.read(programs.OUTPUT_LIMIT).decode('utf-8', 'surrogateescape')
            done = programs.run([ZSTD, '-dc'], ZSTD_TIMEOUT, input=data)
        except HostError as problem:
            raise Unreadable('%s: %s' % (self.name, problem.message)) from problem
        if done.exit != 0:
            raise Unreadable('%s is damaged (zstd)' % self.name)
        return io.BytesIO(done.stdout.encode('utf-8', 'replace'))


@contextlib.contextmanager
def opened(path, others=()):
    """Returns (parts, unreadable) of the log at `path`, the current part first, then the newest first.

    `unreadable` is [(reason, time of the last write)].

    `others` are paths of other logs, whose names may look like parts of this one. If the log is rotated at this moment,
    everything is opened again.
    """
    with contextlib.ExitStack() as stack:
        for _ in range(TRIES):
            stack.close()
            names = _names(path, others)
            parts, trouble = [], []
            for each in names:
                try:
                    source = stack.enter_context(_open(each))
                except FileNotFoundError:
                    continue
                except OSError as problem:
                    trouble.append(('%s cannot be opened (%s)' % (os.path.basename(each), problem.strerror),
                                    _written(each)))
                    continue
                if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
                    trouble.append(('%s is no regular file' % os.path.basename(each), _written(each)))
                    continue
                parts.append(Part(each, source, each == path))
            if names == _names(path, others) and _places(parts) == _places_by_name(parts):
                break
        parts.sort(key=lambda part: (not part.current, -part.written))
        yield parts, trouble


def _open(path):
    return open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), 'rb')


def _written(path):
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return float('inf')


def _places(parts):
    return [part.inode for part in parts]


def _places_by_name(parts):
    found = []
    for part in parts:
        try:
            found.append(os.lstat(part.path).st_ino)
        except OSError:
            found.append(-1)
    return found


def _names(path, others):
    """Returns all files that may be parts of the log. While a file is being compressed, only the original counts."""
    directory, name = os.path.split(path)
    stem = name[:-len('.log')]
    extension = re.compile(re.escape(stem) + r'[-._][0-9][-._0-9]*\.log(\.[a-zA-Z0-9]+)?\Z')
    found = set()
    for place in [directory] + _olddirs(directory):
        for each in _listed(place):
            if (each.startswith(name) or extension.match(each)) and '%s/%s' % (place, each) not in others:
                found.add('%s/%s' % (place, each))
    return sorted(each for each in found if os.path.splitext(each)[0] not in found - {path})


def _listed(directory):
    try:
        return os.listdir(directory)
    except OSError:
        return []


def _olddirs(directory):
    """Returns the directories to which logrotate moves the logs of this directory (`olddir`)."""
    found = []
    for place in LOGROTATE:
        for path in [place] if os.path.isfile(place) else ['%s/%s' % (place, each) for each in _listed(place)]:
            try:
                with open(path, encoding='utf-8', errors='replace') as source:
                    text = source.read(LINE_LIMIT)
            except OSError:
                continue
            if place == path or directory in text:
                found += [os.path.join(directory, each) for each in OLDDIR.findall(text)]
    return sorted(set(found) - {directory})
