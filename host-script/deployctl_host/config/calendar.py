"""Reads the times of a schedule: five cron fields, or systemd's OnCalendar form."""

import re
from typing import Dict, Set, Tuple

from .values import shown

MONTHS = dict(zip('jan feb mar apr may jun jul aug sep oct nov dec'.split(), range(1, 13)))
DAYS = dict(zip('sun mon tue wed thu fri sat'.split(), range(7)))
NAMES = ('Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat')
NO_NAMES: Dict[str, int] = {}
FIELDS: Tuple[Tuple[str, int, int, Dict[str, int]], ...] = (
    ('minute', 0, 59, NO_NAMES), ('hour', 0, 23, NO_NAMES), ('day of the month', 1, 31, NO_NAMES),
    ('month', 1, 12, MONTHS), ('day of the week', 0, 7, DAYS))
ON_CALENDAR = re.compile(r'(?:minutely|hourly|daily|monthly|weekly|yearly|quarterly|semiannually|'
                         r'(?=.*[0-9])(?=.*[:-])[A-Za-z0-9*,./:~ -]{3,100})')


def read(text):
    """Returns the times in systemd's form. Raises ValueError for those that neither form has."""
    fields = text.split()
    if len(fields) == 5 and all(re.fullmatch(r'[0-9A-Za-z*,/-]+', field) for field in fields):
        return _cron(fields, text)
    if not ON_CALENDAR.fullmatch(text) or '\n' in text:
        raise ValueError("%s is neither five cron fields (0 3 * * *) nor systemd's form (*-*-* 03:00:00)" % shown(text))
    return text


def _cron(fields, text):
    """Translates cron's fields. Cron runs a job if the day of the month or the day of the week matches; systemd only if
    both do, so a line that restricts both is refused.
    """
    minute, hour, day, month, weekday = (_field(field, *form) for field, form in zip(fields, FIELDS))
    if fields[2][0] != '*' and fields[4][0] != '*':
        raise ValueError('%s restricts the day of the month and the day of the week: cron means either of them; make '
                         'two schedules' % shown(text))
    days = '' if weekday == '*' else ','.join(NAMES[int(number) % 7] for number in _numbers(fields[4])) + ' '
    return '%s*-%s-%s %s:%s:00' % (days, month, day, hour, minute)


def _field(field, what, low, high, names):
    """Returns a field in systemd's form: `*`, or a list of numbers."""
    if field == '*':
        return '*'
    return ','.join('%02d' % number for number in _numbers(field, what, low, high, names))


def _numbers(field, what='day of the week', low=0, high=7, names=DAYS):
    """Returns the numbers that a field names, sorted."""
    found: Set[int] = set()
    for part in field.split(','):
        match = re.fullmatch(r'(\*|[0-9]{1,2}|[A-Za-z]{3})(?:-([0-9]{1,2}|[A-Za-z]{3}))?(?:/([0-9]{1,2}))?', part)
        if not match or (match.group(1) == '*' and match.group(2)):
            raise ValueError('%s is not a %s' % (shown(part), what))
        if match.group(1) == '*':
            first, last = low, high
        else:
            first = _number(match.group(1), what, low, high, names)
            last = _number(match.group(2), what, low, high, names) if match.group(2) else (
                high if match.group(3) else first)
        step = int(match.group(3) or 1)
        if step == 0 or first > last:
            raise ValueError('%s is not a %s' % (shown(part), what))
        found.update(range(first, last + 1, step))
    return sorted(found)


def _number(text, what, low, high, names):
    number = int(text) if text.isdigit() else names.get(text.lower(), -1)
    if not low <= number <= high:
        raise ValueError('%s is not a %s from %d to %d' % (shown(text), what, low, high))
    return number
