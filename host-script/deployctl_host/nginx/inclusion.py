"""Finds the files that nginx includes in its http block, from the output of `nginx -T`."""

import fnmatch
import os
import re
from typing import List

from .. import programs, regex
from ..errors import HostError

TIMEOUT = 60.0
SECTION = regex.lazy(r'^# configuration file (/.+):$', re.MULTILINE)
TOKEN = regex.lazy(r'#[^\n]*|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[{};]|(?:[^\s;{}\\]|\\.|\$\{)+')
DEPTH = 20


class Dump:
    """The configuration on disk as nginx reads it: its files and nginx's messages about them."""

    def __init__(self, settings):
        done = programs.run([settings.binary, '-T'], TIMEOUT)
        self.sound = done.exit == 0
        self.said = done.stderr
        parts = SECTION.split(done.stdout)
        self._files = dict(zip(parts[1::2], parts[2::2]))
        self._conf = settings.conf
        self._patterns = None

    def includes(self, path):
        """Returns True if a file of this name is, or would be, part of the http block."""
        if self._patterns is None:
            self._patterns = list(self._walk(self._conf, (), 0))
        return any(_matches(pattern, path) for pattern in self._patterns)

    def _walk(self, name, outer, depth):
        """Yields the patterns of every `include` in the http block, including those in included files."""
        words: List[str] = []
        blocks = list(outer)
        for token in TOKEN.findall(self._files.get(name, '')):
            if token.startswith('#'):
                continue
            if token == '{':
                blocks.append(words[0] if words else '')
            elif token == '}':
                blocks = blocks[:-1]
            elif token == ';':
                if len(words) == 2 and words[0] == 'include':
                    yield from self._included(words[1].strip('"\''), tuple(blocks), depth)
            else:
                words.append(token)
                continue
            words = []

    def _included(self, pattern, blocks, depth):
        whole = os.path.normpath(os.path.join(os.path.dirname(self._conf), pattern))
        if blocks == ('http',):
            yield whole
        if depth < DEPTH:
            for name in self._files:
                if _matches(whole, name):
                    yield from self._walk(name, blocks, depth + 1)


def _matches(pattern, path):
    directory, name = os.path.split(path)
    wanted, names = os.path.split(pattern)
    if not fnmatch.fnmatchcase(name, names) or (name.startswith('.') and not names.startswith('.')):
        return False
    if wanted.count('/') == directory.count('/') and fnmatch.fnmatchcase(directory, wanted):
        return True
    return os.path.realpath(wanted) == os.path.realpath(directory)


def require(settings, path):
    """Raises HostError('definition') if nginx would never read the file. Ignores a broken configuration, which other
    checks report.
    """
    dump = Dump(settings)
    if dump.sound and not dump.includes(path):
        raise missing(settings, path)


def missing(settings, path):
    directory = os.path.dirname(path)
    return HostError('definition', '%s does not include %s: nginx would never read the virtual host of this app' % (
        settings.conf, path), hint='add to its http block: include %s/*.conf; or correct [nginx] conf-dir in '
                                   'host.conf' % directory)
