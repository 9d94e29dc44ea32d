"""The sections of /etc/deployctl/freezes.conf: freezes from one moment to another, windows by days and hours."""

import datetime
import re
from typing import List, NamedTuple, Tuple

from .. import patterns, regex
from . import keys, values

NAME = r'[a-z][a-z0-9-]{0,19}'
MOMENT = regex.lazy(r'([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2}))?')
HOURS = regex.lazy(r'([0-9]{2}):([0-9]{2})\s*-\s*([0-9]{2}):([0-9]{2})')
DAYS = ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')
DAY = 24 * 60
# A window has opened at least once in so many days.
WEEK = 8
REASON = 200


class Freeze(NamedTuple):
    """A time in which nobody deploys: seconds since 1970. `apps` is empty for all apps."""

    name: str
    begin: float
    end: float
    apps: Tuple[str, ...]
    reason: str


class Window(NamedTuple):
    """Times of the week, in minutes of the local day. `end` is before `begin` where it is on the next day."""

    name: str
    days: Tuple[int, ...]
    begin: int
    end: int
    zone: datetime.tzinfo
    apps: Tuple[str, ...]

    def is_open(self, moment):
        """Returns whether a moment is inside, by the clock on the wall there."""
        there = datetime.datetime.fromtimestamp(moment, self.zone)
        minute, today = there.hour * 60 + there.minute, there.weekday()
        if self.begin < self.end:
            return today in self.days and self.begin <= minute < self.end
        return (today in self.days and minute >= self.begin) or ((today - 1) % 7 in self.days and minute < self.end)

    def next_opening(self, moment):
        """Returns when it opens next after a moment at which it is closed."""
        day = datetime.datetime.fromtimestamp(moment, self.zone).date()
        for later in range(WEEK):
            begin = datetime.datetime.combine(day + datetime.timedelta(later), datetime.time(
                self.begin // 60, self.begin % 60), self.zone).timestamp()
            if begin > moment and self.is_open(begin):
                return begin
        return moment + WEEK * DAY * 60


def read(form):
    """Returns the freezes and the windows of a file."""
    return (tuple(_freeze(form, name) for name in form.named('freeze', NAME)),
            tuple(_window(form, name) for name in form.named('window', NAME)))


def _freeze(form, name):
    section = 'freeze ' + name
    zone = form.take(section, 'timezone', _zone, datetime.timezone.utc)
    found = Freeze(name, form.take(section, 'from', _moment(zone, 0), 0.0, required=True),
                   form.take(section, 'until', _moment(zone, 1), 0.0, required=True), _apps(form, section),
                   form.take(section, 'reason', _reason, '', required=True))
    if found.begin and found.end and found.end <= found.begin:
        form.wrong(section, 'until', 'is not after from')
    return found


def _window(form, name):
    section = 'window ' + name
    begin, end = form.take(section, 'hours', _hours, (0, DAY))
    return Window(name, form.take(section, 'days', _days, tuple(range(7))), begin, end,
                  form.take(section, 'timezone', _zone, datetime.timezone.utc, required=True), _apps(form, section))


def _apps(form, section):
    return form.take(section, 'apps', values.several(values.matching(patterns.APP, 'the name of an app'), r'[,\s]+'),
                     ())


def _zone(text):
    keys.timezone(text)
    if text == 'UTC':
        return datetime.timezone.utc
    import zoneinfo  # imported here because few hosts need it
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        if not zoneinfo.available_timezones():
            raise ValueError('this host has no time zones: install the package tzdata, or write UTC') from None
        raise ValueError('%s is not a time zone that this host knows' % values.shown(text)) from None


def _moment(zone, fold):
    """Returns a reader for a local time. `fold` chooses between the two of an hour that the clock repeats."""
    def read(text):
        found = MOMENT.fullmatch(text)
        try:
            if found is None:
                raise ValueError
            year, month, day, hour, minute = (int(part or 0) for part in found.groups())
            return datetime.datetime(year, month, day, hour, minute, tzinfo=zone, fold=fold).timestamp()
        except (ValueError, OverflowError):
            raise ValueError('%s is not a time such as 2026-12-23 18:00' % values.shown(text)) from None
    return read


def _hours(text):
    found = HOURS.fullmatch(text)
    hour, minute, until, rest = (int(part) for part in found.groups()) if found else (99, 0, 0, 0)
    begin, end = hour * 60 + minute, until * 60 + rest
    if max(minute, rest) > 59 or begin >= DAY or end > DAY or begin == end:
        raise ValueError('%s is not a time of the day such as 09:00-16:30 or 22:00-04:00' % values.shown(text))
    return begin, end or DAY


def _days(text):
    found: List[int] = []
    for part in re.split(r'[,\s]+', text):
        first, _, last = part.partition('-')
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError('%s is not a list of days such as mon-thu, sat' % values.shown(text))
        place, end = DAYS.index(first), DAYS.index(last or first)
        found += [place] if place == end else [
            each % 7 for each in range(place, end + 1 if end > place else end + 8)]
    return tuple(sorted(set(found)))


def _reason(text):
    if len(text) > REASON or '\n' in text:
        raise ValueError('is longer than one line of %d characters' % REASON)
    return text
