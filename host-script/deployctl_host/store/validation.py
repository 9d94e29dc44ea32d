"""Validates stored records, so that one that was damaged on disk or by hand is reported and not used."""

from .. import patterns
from ..errors import HostError
from . import parts, web_part


def state(path, value, hint):
    """Returns `state.json`; raises HostError('internal') if it is not valid."""
    return _checked(path, value, STATE, hint)


def release(path, value, name, hint):
    """Returns `release.json` of the release `name`, or None; raises HostError('internal') if it is not valid."""
    if value is None:
        return None
    found = _checked(path, value, dict(RELEASE, **PARTS), hint, RELEASE)
    if found['release'] != name:
        raise _damaged(path, hint)
    return found


def lock(path, value, hint):
    """Returns `lock.json`, or None; raises HostError('internal') if it is not valid."""
    return None if value is None else _checked(path, value, LOCK, hint, LOCK)


def _checked(path, value, form, hint, needed=()):
    sound = isinstance(value, dict) and set(needed) <= set(value) and all(
        is_sound(value[name]) for name, is_sound in form.items() if name in value)
    if not sound:
        raise _damaged(path, hint)
    return value


def _damaged(path, hint):
    return HostError('internal', '%s is not a valid record: it was damaged or edited' % path, hint=hint)


def _release(value):
    return isinstance(value, str) and patterns.matches('release', value)


def _text(value):
    return isinstance(value, str)


def _or_none(form):
    return lambda value: value is None or form(value)


def _who(value):
    return isinstance(value, dict) and _text(value.get('since')) and 'by' in value


def _texts(value):
    return isinstance(value, dict) and all(each is None or _text(each) for each in value.values())


def _numbers(value):
    return isinstance(value, list) and all(type(each) is int for each in value)


def _pairs(value):
    return isinstance(value, dict) and all(name.isdecimal() and _numbers(pair) for name, pair in value.items())


def _amounts(value):
    return isinstance(value, dict) and all(type(each) is int and each >= 0 for each in value.values())


def _releases(value):
    return isinstance(value, list) and all(map(_release, value))


STATE = {'current': _or_none(_release), 'previous': _or_none(_release), 'since': _or_none(_text),
         'switched': _or_none(_text), 'stopped': _or_none(_who), 'maintenance': _or_none(_who),
         'ports': _or_none(_pairs), 'order': _releases, 'memory': _or_none(_amounts)}
LOCK = {'lock': _text, 'holder': _text, 'since': _text}
RELEASE = {'release': _release, 'app': _text, 'digest': _text,
           'mode': lambda value: value in ('socket', 'port', 'none'),
           'instances': lambda value: type(value) is int, 'ports': _or_none(_numbers),
           'env': lambda value: isinstance(value, dict)}
# Fields that a record may have besides.
PARTS = {'command': parts.are_words, 'processes': parts.are_processes, 'schedules': parts.are_schedules,
         'web': web_part.is_sound, 'labels': _or_none(_texts)}
