"""Finds the log in which nginx writes the errors of an app's virtual host, and reads its lines."""

import os
import re
import time
from typing import List, NamedTuple, Optional, Tuple

from .. import regex

LIMIT = 4 * 1024 * 1024
TOKEN = regex.lazy(r'#[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[{};]|[^\s{};"\']+')
QUIET = ('crit', 'alert', 'emerg')
LINE = regex.lazy(rb'[^\[]* \[(?:error|crit|alert|emerg)\] [0-9#]+: \*[0-9]+ (.*?), client: ([^,]*), server: ([^,]*), '
                  rb'request: "(.*)', re.DOTALL)
DATED = regex.lazy(rb'([0-9]{4})/([0-9]{2})/([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) \[')
UPSTREAM = regex.lazy(rb'(.*?)", (?:subrequest: ".*?", )?upstream: "[a-z]+://(.*)', re.DOTALL)
ABSOLUTE = regex.lazy(rb'^([A-Z]+ )[a-z]+://[^/]*')
# Up to here the requests in both logs are compared. nginx cuts long lines of its error log.
REQUEST = 512
# The client has got a part of the answer, so nginx cannot ask another instance.
BROKEN_OFF = (b'while reading upstream', b'while proxying upgraded connection')


class NotKnown(Exception):
    """The log that nginx writes to is not known or cannot be used; the text says why."""


class Complaint(NamedTuple):
    """An error of an upstream. `upstream` is its address and what follows it, None where the line was cut."""

    moment: float
    message: bytes
    client: bytes
    server: bytes
    request: bytes
    upstream: Optional[bytes]

    @property
    def broken_off(self):
        """True if the client got a part of an answer. An idle stream that timed out was not broken off by the app."""
        return self.message.endswith(BROKEN_OFF) and b'timed out' not in self.message


def path_of(settings, conf_dir, vhost_path, vhost_text):
    """Returns the path of the error log of a virtual host; raises NotKnown."""
    main, http, server = _of_main_file(settings.conf)
    for name in sorted(_listed(conf_dir)):
        if name.endswith('.conf') and '%s/%s' % (conf_dir, name) != vhost_path:
            http += [words for blocks, words in _directives(_read('%s/%s' % (conf_dir, name))) if not blocks]
    for blocks, words in _directives(vhost_text):
        (server if blocks else http).append(words)
    targets = server or http or main or [[settings.error_log]]
    for words in targets:
        if words and words[0].startswith('/') and words[0] != '/dev/null' and words[-1] not in QUIET:
            return words[0]
    raise NotKnown('nginx does not log the errors of this app to a file that can be read (error_log %s)' % (
        ' '.join(targets[0])))


def _of_main_file(path):
    main: List[List[str]] = []
    http: List[List[str]] = []
    for blocks, words in _directives(_read(path)):
        if blocks in ([], ['http']):
            (http if blocks else main).append(words)
    return main, http, []


def _directives(text):
    """Yields (names of the blocks around it, words) of each `error_log`."""
    if 'error_log' not in text:
        return
    blocks: List[str] = []
    words: List[str] = []
    for token in TOKEN.findall(text):
        if token.startswith('#'):
            continue
        if token not in ('{', '}', ';'):
            words.append(token.strip('"\''))
            continue
        if token == '{':
            blocks.append(words[0] if words else '')
        elif token == '}':
            blocks = blocks[:-1]
        elif words[:1] == ['error_log']:
            yield list(blocks), words[1:]
        words = []


def _listed(directory):
    try:
        return os.listdir(directory)
    except OSError:
        return []


def _read(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as source:
            return source.read(LIMIT)
    except OSError:
        return ''


class Clock:
    """Returns when lines were written. They carry nginx's local time, to the second.

    `offset` is the distance of that time from UTC in seconds; None for the time zone of this host.
    """

    def __init__(self, offset):
        self._offset = offset
        self._last: Tuple[bytes, Optional[float]] = (b'', None)

    def moment_of(self, line):
        if line[:20] == self._last[0]:
            return self._last[1]
        found = DATED.match(line)
        if found is None:
            return None
        year, month, day, hour, minute, second = (int(part) for part in found.groups())
        import calendar  # imported here because few calls read this log
        parts = (year, month, day, hour, minute, second, 0, 0, -1)
        try:
            moment = time.mktime(parts) if self._offset is None else calendar.timegm(parts) - self._offset
        except (OverflowError, ValueError):
            return None
        self._last = (line[:20], float(moment))
        return float(moment)


def complaint(moment, line):
    """Returns the `Complaint` of a line, or None for a line about anything but a request."""
    found = LINE.match(line)
    if found is None:
        return None
    message, client, server, rest = found.groups()
    passed = UPSTREAM.match(rest)
    request, upstream = passed.groups() if passed else (rest, None)
    return Complaint(moment, message, client, server, head(request), upstream)


def head(request):
    """Returns the part of a request line (method and path) by which both logs are compared."""
    request = ABSOLUTE.sub(rb'\1', request, count=1)
    return (request.rpartition(b' HTTP/')[0] or request)[:REQUEST]
