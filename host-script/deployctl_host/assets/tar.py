"""Reads a tar stream that may be hostile: an image decides what is in it.

`tarfile` reads headers of any size into memory and follows what they ask for. This reader knows regular files and
directories, and nothing else: all other entries are passed over. Names that lead out of the directory, headers without
a valid checksum, and streams above the limits are refused.
"""

from typing import Dict, NamedTuple

BLOCK = 512
NAME_LIMIT = 1024
PART_LIMIT = 255
EXTENSION_LIMIT = 64 * 1024
LATEST = 2 ** 33
FILE, DIRECTORY, OTHER = 'file', 'directory', 'other'
KINDS = {b'0': FILE, b'\0': FILE, b'7': FILE, b'5': DIRECTORY}
OTHERS = {b'1': 'a hard link', b'2': 'a symbolic link', b'3': 'a device', b'4': 'a device', b'6': 'a pipe'}


class Invalid(Exception):
    """The stream is not a tar archive of files and directories within the limits. The text can be shown."""


class Entry(NamedTuple):
    name: str   # relative, without '.', '..' and empty parts
    kind: str
    size: int
    mtime: int
    what: str = ''  # of an entry of another kind


class Reader:
    """The entries of a stream, within limits on their number and total size."""

    def __init__(self, chunks, most_entries, most_bytes):
        self._chunks = iter(chunks)
        self._buffer = bytearray()
        self._entries, self._bytes = most_entries, most_bytes
        self._left = 0      # of the data of the current entry
        self._padding = 0

    def entries(self):
        """Yields the entries. `data` reads that of the latest one; what is not read is passed over."""
        count = total = 0
        extended: Dict[str, bytes] = {}
        while True:
            for _ in self.data():
                pass
            self._exactly(self._padding)
            self._padding = 0
            header = self._exactly(BLOCK)
            if not header.strip(b'\0'):
                return
            kind, name, size, mtime = _header(header)
            count, total = count + 1, total + size
            if count > self._entries:
                raise Invalid('there are more than %d entries' % self._entries)
            if total > self._bytes:
                raise Invalid('there are more than %d MiB' % (self._bytes >> 20))
            if kind in b'xgLK':
                text = self._extension(size)
                extended.update(_extended(kind, text))
                continue
            yield self._entry(kind, extended, name, size, mtime)
            extended = {}

    def _entry(self, kind, extended, name, size, mtime):
        if 'size' in extended and extended['size'] != b'%d' % size:
            raise Invalid('an entry has two sizes')
        self._left, self._padding = size, -size % BLOCK
        raw = extended.get('path', name)
        kind_of = DIRECTORY if kind in b'0\0' and raw.endswith(b'/') else KINDS.get(kind, OTHER)
        if kind_of == DIRECTORY and size:
            raise Invalid('a directory has content')
        return Entry(checked_name(raw), kind_of, size, min(max(mtime, 0), LATEST), OTHERS.get(kind, 'a special file'))

    def data(self):
        """Yields the content of the latest entry."""
        while self._left:
            if not self._buffer:
                self._more()
            piece = bytes(self._buffer[:self._left])
            del self._buffer[:len(piece)]
            self._left -= len(piece)
            yield piece

    def _extension(self, size):
        if size > EXTENSION_LIMIT:
            raise Invalid('an extended header has %d bytes' % size)
        text = self._exactly(size)
        self._exactly(-size % BLOCK)
        return text

    def _exactly(self, count):
        while len(self._buffer) < count:
            self._more()
        piece = bytes(self._buffer[:count])
        del self._buffer[:count]
        return piece

    def _more(self):
        piece = next(self._chunks, b'')
        if not piece:
            raise Invalid('the archive ends within an entry')
        self._buffer += piece


def _header(block):
    """Returns (kind, name, size, mtime) of a header block."""
    if sum(block[:148]) + 8 * 32 + sum(block[156:]) != _number(block[148:156]):
        raise Invalid('a header has a wrong checksum')
    name = _text(block[:100])
    if block[257:263] == b'ustar\0' and block[345]:
        name = _text(block[345:500]) + b'/' + name
    return block[156:157], name, _number(block[124:136]), _number(block[136:148])


def _text(field):
    return field.partition(b'\0')[0]


def _number(field):
    if field[0] == 0x80:    # binary, for what octal digits cannot hold
        return int.from_bytes(field[1:], 'big')
    digits = field.strip(b' \0')
    if not all(0x30 <= one <= 0x37 for one in digits):
        raise Invalid('a header has a number that is none')
    return int(digits or b'0', 8)


def _extended(kind, text):
    """Returns what an extended header says of the next entry: its path and size."""
    if kind == b'L':
        return {'path': _text(text)}
    if kind != b'x':
        return {}
    found = {}
    while text:
        length, _, rest = text.partition(b' ')
        if not length.isdigit() or not len(length) + 3 <= int(length) <= len(text):
            raise Invalid('an extended header is damaged')
        record, text = rest[:int(length) - len(length) - 1], text[int(length):]
        key, equals, value = record.partition(b'=')
        if not equals or not value.endswith(b'\n'):
            raise Invalid('an extended header is damaged')
        if key.startswith(b'GNU.sparse'):
            raise Invalid('a file with holes')
        if key in (b'path', b'size'):
            found[key.decode()] = value[:-1]
    return found


def checked_name(raw):
    """Returns a name as text. Refuses one that could lead anywhere but below the directory."""
    if len(raw) > NAME_LIMIT:
        raise Invalid('a name has %d bytes' % len(raw))
    try:
        name = raw.decode('utf-8')
    except UnicodeDecodeError:
        raise Invalid('the name %s is not UTF-8' % ascii(raw[:60])) from None
    if not all(letter.isprintable() for letter in name):
        raise Invalid('the name %s has control characters' % ascii(name[:60]))
    parts = (name[:-1] if name.endswith('/') else name).split('/')
    if any(part in ('', '.', '..') or len(part.encode()) > PART_LIMIT for part in parts):
        raise Invalid('the name %s is not one of a file below a directory' % ascii(name[:60]))
    return '/'.join(parts)
