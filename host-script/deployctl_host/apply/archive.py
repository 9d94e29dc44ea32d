"""Reads the tar archive with a set of operators' files. Whatever is not such a file is refused."""

import json
import os
import re
from typing import Any, Dict, NamedTuple, Optional

from ..assets import tar
from ..errors import HostError
from . import managed

LIMIT = 8 * 1024 * 1024
PIECE = 64 * 1024
MOST_ENTRIES = 2000
META = 'meta.json'
META_LIMIT = 16 * 1024
COMMIT = re.compile('[0-9a-f]{7,64}')
SOURCE_LIMIT = 200


class FileSet(NamedTuple):
    """All operators' files for this host, and where they come from."""

    contents: Dict[str, bytes]
    commit: Optional[str]
    dirty: bool
    source: str


def read(descriptor=0):
    """Returns the set in the archive on a descriptor. HostError('usage') if it is not such an archive."""
    if os.isatty(descriptor):
        raise _invalid('standard input is a terminal')
    try:
        return _file_set(tar.Reader([_everything(descriptor)], MOST_ENTRIES, LIMIT))
    except tar.Invalid as problem:
        raise _invalid(str(problem)) from None


def _everything(descriptor):
    """Returns all that arrives, so that a sender that stops half-way holds nothing on this host."""
    data = bytearray()
    while True:
        piece = os.read(descriptor, PIECE)
        if not piece:
            return bytes(data)
        data += piece
        if len(data) > LIMIT:
            raise _invalid('it is larger than %d MiB' % (LIMIT >> 20))


def _file_set(reader):
    meta: Optional[Dict[str, Any]] = None
    contents: Dict[str, bytes] = {}
    for entry in reader.entries():
        if entry.kind != tar.FILE:
            raise _invalid('%s is %s; only regular files are accepted' % (
                ascii(entry.name), entry.what if entry.kind == tar.OTHER else 'a directory'))
        if meta is None:
            meta = _meta(entry, reader)
            continue
        if entry.name in contents:
            raise _invalid('%s is in it twice' % ascii(entry.name))
        contents[entry.name] = _content(entry, reader)
    if meta is None:
        raise _invalid('it is empty')
    return FileSet(contents, meta['commit'], meta['dirty'], meta['source'])


def _content(entry, reader):
    kind = managed.kind_of(entry.name)
    if kind is None:
        raise _invalid('%s is not the name of an operators\' file' % ascii(entry.name[:80]))
    if entry.size > kind.limit:
        raise HostError('definition', '%s: larger than %d KiB' % (entry.name, kind.limit >> 10),
                        state='nothing was changed')
    return b''.join(reader.data())


def _meta(entry, reader):
    if entry.name != META or entry.size > META_LIMIT:
        raise _invalid('its first file is not %s' % META)
    try:
        found = json.loads(b''.join(reader.data()).decode('utf-8'))
        commit, dirty, source = found['commit'], found['dirty'], found['source']
    except (ValueError, RecursionError, KeyError, TypeError):
        raise _invalid('%s is not an object with commit, dirty and source' % META) from None
    if not (commit is None or isinstance(commit, str) and COMMIT.fullmatch(commit)):
        raise _invalid('commit in %s is not the hash of a commit' % META)
    if not isinstance(dirty, bool) or not isinstance(source, str):
        raise _invalid('dirty in %s is not a boolean, or source is not a text' % META)
    storable = source.encode('utf-8', 'replace').decode('utf-8')     # JSON can name half of a character
    return {'commit': commit, 'dirty': dirty, 'source': storable[:SOURCE_LIMIT]}


def _invalid(why):
    return HostError('usage', "no archive of operators' files on standard input: %s" % why,
                     state='nothing was changed', hint='docs/events.md describes the archive that apply expects')
