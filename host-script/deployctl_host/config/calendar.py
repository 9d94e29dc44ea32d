"""Reads the times of a schedule: five cron fields, or systemd's OnCalendar form."""

import re
from typing import Dict, List, Tuple

from .. import regex
from .values import shown

MONTHS = dict(zip('jan feb mar apr may jun jul aug sep oct nov dec'.split(), range(1, 13)))
DAYS = dict(zip('sun mon tue wed thu fri sat'.split(), range(7)))
NAMES = ('Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat')
NO_NAMES: Dict[str, int] = {}
FIELDS: Tuple[Tuple[str, int, int, Dict[str, int]], ...] = (
    ('minute', 0, 59, NO_NAMES), ('hour', 0, 23, NO_NAMES), ('day of the month', 1, 31, NO_NAMES),
    ('month', 1, 12, MONTHS), ('day of the week', 0, 7, DAYS))
SHORTHANDS = ('minutely', 'hourly', 'daily', 'monthly', 'weekly', 'yearly', 'quarterly', 'semiannually', 'annually')
# Weekdays, date and time. systemd itself decides whether it can read them (see `systemd.calendars`).
ON_CALENDAR = regex.lazy(r'(?=.*[0-9])(?=.*[:-])(?:[A-Za-z]{3,9}(?:(?:\.\.|,)[A-Za-z]{3,9})* ?)?[0-9*,./:~ -]*')
LONGEST = 200


def read(text):
    """Returns the times in systemd's form. Raises ValueError for those that neither form has."""
    fields = text.split()
    if len(fields) == 5 and all(re.fullmatch(r'[0-9A-Za-z*,/-]+', field) for field in fields):
        return _cron(fields, text)
    if not is_on_calendar(text):
        raise ValueError("%s is neither five cron fields (0 3 * * *) nor systemd's form (*-*-* 03:00:00); a time zone "
                         'belongs in timezone' % shown(text))
    return text


def is_on_calendar(text):
    """Returns whether a text can be systemd's form: it has no other characters than that form needs."""
    return text in SHORTHANDS or len(text) <= LONGEST and ON_CALENDAR.fullmatch(text) is not None


def _cron(fields, text):
    """Translates cron's fields. Cron runs a job if the day of the month or the day of the week matches; systemd only if
    both do, so a line that restricts both is refused.
    """
    minute, hour, day, month = (_field(field, *form) for field, form in zip(fields[:4], FIELDS))
    weekdays = sorted({number % 7 for first, last, step in _parts(fields[4], *FIELDS[4])
                       for number in range(first, last + 1, step)})
    if fields[2][0] != '*' and fields[4][0] != '*':
        raise ValueError('%s restricts the day of the month and the day of the week: cron means either of them; make '
                         'two schedules' % shown(text))
    days = '' if len(weekdays) == 7 else ','.join(NAMES[number] for number in weekdays) + ' '
    times = '%s*-%s-%s %s:%s:00' % (days, month, day, hour, minute)
    if not is_on_calendar(times):
        raise ValueError('%s lists too many times; write ranges or steps' % shown(text))
    return times


def _field(field, what, low, high, names):
    """Returns a field in systemd's form: `*`, or a list of numbers, ranges `01..05` and steps `00/10`."""
    if field == '*':
        return '*'
    return ','.join(_shape(high, *part) for part in _parts(field, what, low, high, names))


def _shape(high, first, last, step):
    if first == last:
        return '%02d' % first
    if last == high and step > 1:
        return '%02d/%d' % (first, step)
    return '%02d..%02d' % (first, last) + ('/%d' % step if step > 1 else '')


def _parts(field, what, low, high, names):
    """Returns (first, last, step) of each part of a field."""
    found: List[Tuple[int, int, int]] = []
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
        found.append((first, last, step))
    return found


def _number(text, what, low, high, names):
    number = int(text) if text.isdigit() else names.get(text.lower(), -1)
    if not low <= number <= high:
        raise ValueError('%s is not a %s from %d to %d' % (shown(text), what, low, high))
    return number
