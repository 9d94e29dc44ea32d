"""Writes the files of a tar stream into a new directory: content and names only, no modes, owners or links."""

import os
import posixpath
from typing import NamedTuple

from .. import files
from ..errors import HostError
from . import tar

MOST_ENTRIES = 100000
MOST_BYTES = 4 * 1024 ** 3
# Bytes that must stay free on the host's own file system.
RESERVE = 64 * 1024 ** 2
FILE_MODE, DIRECTORY_MODE = 0o644, 0o755
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Written(NamedTuple):
    """The counts of what was written, and of what was passed over since it is no regular file."""

    files: int
    bytes: int
    skipped: int
    first: str      # the first entry that was passed over, with what it is


def write(chunks, path, target):
    """Writes the files below `path` of an image into `target`, a new directory. Refuses what is no such archive."""
    reader = tar.Reader(chunks, MOST_ENTRIES, MOST_BYTES)
    base, count, size, skipped, first = posixpath.basename(path), 0, 0, 0, ''
    with files.full_disk_reported(target):
        _make_directory(target)
    begun = False
    for entry in reader.entries():
        if not begun:
            _require_directory(entry, base, path)
            begun = True
            continue
        top, _, name = entry.name.partition('/')
        if top != base or not name:
            raise tar.Invalid('the name %s is not below %s' % (ascii(entry.name[:60]), base))
        place = '%s/%s' % (target, name)
        if entry.kind == tar.OTHER:
            first = first or '%s is %s' % (name, entry.what)
            skipped += 1
            continue
        _require_space(target, entry.size)
        with _unexpected(entry.name), files.full_disk_reported(target):
            if entry.kind == tar.DIRECTORY:
                _make_directory(place)
            else:
                _write_file(reader, place, entry.mtime)
                count, size = count + 1, size + entry.size
    if not begun:
        raise tar.Invalid('it is empty')
    return Written(count, size, skipped, first)


def _require_directory(entry, base, path):
    if entry.kind == tar.DIRECTORY and entry.name == base:
        return
    what = {tar.FILE: 'a file', tar.DIRECTORY: 'another directory'}.get(entry.kind, entry.what)
    raise HostError('definition', '[assets] path: %s is %s in the image, and must be a directory' % (path, what),
                    state='nothing was touched', hint='name the directory itself: a link is not followed')


def _require_space(directory, size):
    available, inodes = files.free(directory)
    if available is not None and available < size + RESERVE or inodes is not None and inodes < files.FEW_INODES:
        raise HostError('disk-full', 'the assets of the image do not fit: %s' % files.free_space(directory),
                        state='nothing was touched', hint=files.full_disk_hint(directory))


class _unexpected:
    """Turns errors about names (twice, or both file and directory) into a refusal of the archive."""

    def __init__(self, name):
        self._name = name

    def __enter__(self):
        pass

    def __exit__(self, kind, problem, trace):
        if isinstance(problem, (FileExistsError, FileNotFoundError, NotADirectoryError)):
            raise tar.Invalid('the name %s is there twice, or not in a directory' % ascii(self._name[:60])) from problem


def _make_directory(path):
    os.mkdir(path, 0o700)
    os.chmod(path, DIRECTORY_MODE)


def _write_file(reader, path, mtime):
    """Writes a file. Its time is that of the image, so that all hosts answer with the same ETag."""
    descriptor = os.open(path, NEW, 0o600)
    try:
        for piece in reader.data():
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(descriptor, rest):]
        os.fchmod(descriptor, FILE_MODE)
        os.utime(descriptor, (mtime, mtime))
    finally:
        os.close(descriptor)
