"""Readers for the values of a definition. Each returns the value or raises ValueError with the reason.

Values that are used in nginx's configuration or in a Docker request must match narrow patterns, so that a mistake in a
definition cannot open a block, end a directive or add a flag.
"""

import re

from .. import regex

UNITS = {'ms': 0.001, 's': 1.0, 'm': 60.0, 'h': 3600.0, 'd': 86400.0}
SIZES = {'k': 1024, 'm': 1024 ** 2, 'g': 1024 ** 3, 't': 1024 ** 4}
ENV_NAME = regex.lazy(r'[A-Za-z_][A-Za-z0-9_]{0,254}')


def shown(text):
    """Returns a value in a form for error messages: short, one line, printable ASCII."""
    return ascii(text if len(text) <= 60 else text[:57] + '...')


def text_duration(seconds):
    for unit, length in (('h', 3600), ('m', 60), ('s', 1)):
        if seconds and seconds % length == 0:
            return '%d%s' % (seconds // length, unit)
    return '%dms' % round(seconds * 1000)


def matching(pattern, what):
    """Returns a reader for text that matches a pattern."""
    compiled = regex.lazy(pattern)

    def read(text):
        if not compiled.fullmatch(text):
            raise ValueError('%s is not %s' % (shown(text), what))
        return text
    return read


def choice(*words):
    def read(text):
        if text not in words:
            raise ValueError('%s is not one of: %s' % (shown(text), ', '.join(words)))
        return text
    return read


def boolean(text):
    if text not in ('yes', 'no'):
        raise ValueError("%s is neither 'yes' nor 'no'" % shown(text))
    return text == 'yes'


def integer(low, high):
    def read(text):
        if not re.fullmatch(r'0|[1-9][0-9]{0,11}', text) or not low <= int(text) <= high:
            raise ValueError('%s is not a whole number from %d to %d' % (shown(text), low, high))
        return int(text)
    return read


def decimal(low, high):
    def read(text):
        if not re.fullmatch(r'[0-9]{1,6}(\.[0-9]{1,6})?', text) or not low <= float(text) <= high:
            raise ValueError('%s is not a number from %g to %g' % (shown(text), low, high))
        return float(text)
    return read


def duration(low, high):
    """Returns a reader for seconds, from `500ms`, `2s`, `5m`, `1h`, `7d`.

    A number without a unit is refused as ambiguous. deployctl has the same rule, with the same examples:
    contract/durations.json.
    """
    def read(text):
        match = re.fullmatch(r'([0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h|d)?', text)
        if match and not match.group(2):
            raise ValueError('%s is a duration without a unit: write %ss for seconds, %sm for minutes' % (
                shown(text), text, text))
        if not match:
            raise ValueError("%s is not a duration such as 500ms, 2s, 5m or 1h" % shown(text))
        seconds = round(float(match.group(1)) * UNITS[match.group(2)], 6)
        if not low <= seconds <= high:
            raise ValueError('%s is not from %s to %s' % (shown(text), text_duration(low), text_duration(high)))
        return seconds
    return read


def size(low, high):
    """Returns a reader for bytes, from `512k`, `512m`, `2g` or a plain number of bytes."""
    def read(text):
        match = re.fullmatch(r'([0-9]{1,15})([kmgt]?)', text)
        if not match:
            raise ValueError('%s is not a size such as 512k, 512m or 2g' % shown(text))
        count = int(match.group(1)) * SIZES.get(match.group(2), 1)
        if not low <= count <= high:
            raise ValueError('%s is not from %d to %d bytes' % (shown(text), low, high))
        return count
    return read


def several(reader, separator=r'[,\n]', unique=True):
    """Returns a reader for a list of values, which returns a tuple; an empty list is refused."""
    def read(text):
        parts = [part.strip(' \t') for part in re.split(separator, text)]
        if parts and not parts[-1]:
            parts.pop()  # 'a, b,' over several lines
        if not parts or not all(parts):
            raise ValueError('an empty element in the list')
        values = tuple(reader(part) for part in parts)
        if unique and len(set(values)) != len(values):
            raise ValueError('a duplicate element in the list')
        return values
    return read


def env_name(text):
    if not ENV_NAME.fullmatch(text):
        raise ValueError('%s is not the name of an environment variable (letters, digits, _)' % shown(text))
    return text


def denied(name):
    """Returns True for names that control the dynamic loader, the shell or Docker rather than the app."""
    return name in ('PATH', 'HOSTNAME') or name.startswith('LD_')


def path(text):
    """Returns an absolute path of plain characters, without '..' and blanks."""
    if not re.fullmatch(r'/[A-Za-z0-9._/@+-]{1,240}', text) or '..' in text.split('/'):
        raise ValueError('%s is not an absolute path of plain characters' % shown(text))
    return text
