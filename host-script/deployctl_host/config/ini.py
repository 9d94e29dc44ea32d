"""Parses the INI format of definition files, with line numbers, and reports all mistakes instead of the first.

A strict subset of what Python's configparser reads (a test compares the two): `[section]`, `[section name]`,
`key = value`, continuation by indentation (up to a blank line), comments after `;` or `#` at the start of a line or
after a blank. No interpolation, no default section, no key or section twice.
"""

from typing import Dict, List, Optional, Tuple

from .. import regex

LINE_LIMIT = 4096
SECTION = regex.lazy(r'\[([a-z][a-z0-9-]*(?: [A-Za-z0-9_.-]+)?)\]')
KEY = regex.lazy(r'[A-Za-z0-9][A-Za-z0-9_.-]*')
COMMENT = regex.lazy(r'(^|[ \t])[;#].*')
CONTROL = regex.lazy(r'[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]')


class Entry:
    """The value of one key, which continuation lines may still extend, and the line that it begins on."""

    def __init__(self, value: str, line: int):
        self.value = value
        self.line = line


class Document:
    """The content of a file, and what is wrong with it."""

    def __init__(self):
        self.entries: Dict[Tuple[str, str], Entry] = {}
        self.sections: Dict[str, int] = {}              # name: line of its header
        self.problems: List[Tuple[int, str]] = []       # (line, what is wrong)


def read(data):
    """Parses the bytes of a file. Never raises: what is wrong is in `problems`."""
    document = Document()
    try:
        text = data.decode('utf-8-sig')
    except UnicodeDecodeError as problem:
        document.problems.append((data.count(b'\n', 0, problem.start) + 1, 'not UTF-8'))
        return document
    section: Optional[str] = None
    entry: Optional[Entry] = None
    for number, raw in enumerate(text.split('\n'), 1):
        line = raw[:-1] if raw.endswith('\r') else raw
        complaint = _unreadable(line)
        if complaint:
            document.problems.append((number, complaint))
            entry = None
            continue
        content = COMMENT.sub('', line).strip(' \t')
        if not content:
            if not line.strip(' \t'):
                entry = None  # a blank line ends a value, a comment does not
            continue
        if line[0] in ' \t':
            if entry is None:
                document.problems.append((number, 'indented, but there is no value before it to continue'))
            else:
                entry.value = (entry.value + '\n' + content) if entry.value else content
        elif content.startswith('['):
            section, entry = _section(document, content, number), None
        else:
            entry = _key(document, section, content, number)
    return document


def _unreadable(line):
    if len(line) > LINE_LIMIT:
        return 'line longer than %d characters' % LINE_LIMIT
    found = CONTROL.search(line)
    return 'control character U+%04X' % ord(found.group()) if found else None


def _section(document, content, number):
    match = SECTION.fullmatch(content)
    if not match:
        document.problems.append((number, 'not a section header: %s' % ascii(content[:60])))
        return None
    name = match.group(1)
    if name in document.sections:
        document.problems.append((number,
                                  'section [%s] a second time (first on line %d)' % (name, document.sections[name])))
    document.sections.setdefault(name, number)
    return name


def _key(document, section, content, number):
    key, equals, value = content.partition('=')
    key = key.rstrip(' \t')
    if not equals or not KEY.fullmatch(key):
        document.problems.append((number, "neither '[section]' nor 'key = value': %s" % ascii(content[:60])))
        return None
    entry = Entry(value.lstrip(' \t'), number)
    if section is None:
        if not document.sections and not document.problems:
            document.problems.append((number, 'a key before the first [section]'))
        return entry
    first = document.entries.get((section, key))
    if first is not None:
        document.problems.append((number, '%s.%s a second time (first on line %d)' % (section, key, first.line)))
        return entry
    document.entries[(section, key)] = entry
    return entry
