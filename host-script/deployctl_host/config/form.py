"""Reads a definition file key by key and collects every mistake; unknown keys are reported at the end."""

import re

from ..errors import HostError
from . import ini, values


class Form:
    """The keys of a parsed file, each read by its own reader, with the mistakes found so far."""

    def __init__(self, path, data):
        self._path = path
        self._document = ini.read(data)
        self._asked = {}
        self._problems = list(self._document.problems)
        self._free = set()
        self._named = set()

    def take(self, section, key, reader, default=None, required=False):
        """Returns the value of one key as `reader` reads it; the default if it is absent or wrong, which `close`
        reports.
        """
        self._asked.setdefault(section, []).append(key)
        entry = self._document.entries.get((section, key))
        if entry is None:
            if required:
                self._problems.append((self._document.sections.get(section, 0),
                                       '%s.%s is required, but missing' % (section, key)))
            return default
        try:
            if not entry.value:
                raise ValueError('has no value (leave the line out for the default)')
            return reader(entry.value)
        except ValueError as problem:
            self._problems.append((entry.line, '%s.%s: %s' % (section, key, problem)))
            return default

    def take_all(self, section, reader):
        """Reads every key of a section in which the operator chooses the keys; `reader` gets name and value."""
        self._free.add(section)
        self._asked.setdefault(section, [])
        found = []
        for (of, key), entry in self._document.entries.items():
            if of == section:
                try:
                    found.append(reader(key, entry.value))
                except ValueError as problem:
                    self._problems.append((entry.line, '%s.%s: %s' % (section, key, problem)))
        return tuple(found)

    def has(self, section):
        """Returns True if the file has a section, with or without keys."""
        return section in self._document.sections

    def has_any(self, kind):
        """Returns True if the file has a section `[kind NAME]`."""
        return any(section.startswith(kind + ' ') for section in self._document.sections)

    def given(self, section, key):
        """Returns True if the file has a key."""
        return (section, key) in self._document.entries

    def named(self, kind, pattern):
        """Returns the names of all sections `[kind NAME]`, in the order of the file."""
        self._named.add(kind)
        names = []
        for section, line in self._document.sections.items():
            of, blank, name = section.partition(' ')
            if of != kind:
                continue
            if not blank:
                self._free.add(section)
                self._asked.setdefault(section, [])
                self._problems.append((line, '[%s] needs a name: [%s NAME]' % (kind, kind)))
            elif not re.fullmatch(pattern, name):
                self._free.add(section)
                self._asked.setdefault(section, [])
                self._problems.append((line, '[%s]: %s is not a name of a-z, 0-9 and -, which begins with a letter and '
                                       'has at most 20 characters' % (kind, values.shown(name))))
            else:
                names.append(name)
        return names

    def wrong(self, section, key, message):
        """Adds a mistake that concerns several keys."""
        entry = self._document.entries.get((section, key))
        line = entry.line if entry else self._document.sections.get(section, 0)
        self._problems.append((line, '%s.%s: %s' % (section, key, message)))

    def wrong_section(self, section, message):
        """Adds a mistake that concerns a whole section."""
        self._problems.append((self._document.sections.get(section, 0), '[%s]: %s' % (section, message)))

    def close(self):
        """Raises HostError('definition') with all mistakes, in the order of the file, if there are any."""
        self._unknown()
        if self._problems:
            lines = ['%s:%d: %s' % (self._path, line, text) if line else '%s: %s' % (self._path, text)
                     for line, text in sorted(self._problems)]
            raise HostError('definition', '\n'.join(lines), hint='docs/host-configuration.md explains every key')

    def _unknown(self):
        for section, line in self._document.sections.items():
            if section not in self._asked:
                homes = [one for one in self._asked if ' ' not in one] + ['%s NAME' % kind for kind in self._named]
                self._problems.append((line, 'unknown section [%s]%s' % (section, _guess(section, homes))))
        for (section, key), entry in self._document.entries.items():
            known = self._asked.get(section)
            if known is not None and section not in self._free and key not in known:
                guess = _guess(key, known) or self._elsewhere(key)
                self._problems.append((entry.line, 'unknown key %s.%s%s' % (section, key, guess)))

    def _elsewhere(self, key):
        homes = sorted(section for section, keys in self._asked.items() if key in keys)
        return ' (it belongs in [%s])' % homes[0] if homes else ''


def _guess(word, known):
    import difflib  # imported here because only mistakes need it
    close = difflib.get_close_matches(word, sorted(known), 1)
    return ' (did you mean %s?)' % close[0] if close else ''
