"""The parts of a release beside its web part, in release.json: processes and schedules, as its definition had them."""

from typing import Any, Dict, Mapping

from .. import patterns
from ..config import calendar, keys
from ..config.schema import Process, ProcessHealth, Resources, Schedule


def as_dict(value) -> Dict[str, Any]:
    """Returns the content of a record, with dicts for records in it and lists for tuples."""
    return {name: _plain(each) for name, each in value._asdict().items()}


def _plain(value):
    if hasattr(value, '_asdict'):
        return as_dict(value)
    return list(value) if isinstance(value, tuple) else value


def process(found: Mapping[str, Any]) -> Process:
    """Creates a process from its valid dict: absent fields get defaults, unknown ones are ignored."""
    return Process(**dict(_known(Process, found), resources=Resources(**_known(Resources, found['resources'])),
                          health=ProcessHealth(**_known(ProcessHealth, found['health']))))


def schedule(found: Mapping[str, Any]) -> Schedule:
    """Creates a schedule from its valid dict, like `process`."""
    return Schedule(**_known(Schedule, found))


def _known(kind, found):
    return {name: tuple(found[name]) if isinstance(found[name], list) else found[name]
            for name in kind._fields if name in found}


def are_processes(value):
    """Returns whether a value is a list of valid dicts of processes."""
    return isinstance(value, list) and all(_sound(each, PROCESS) for each in value)


def are_schedules(value):
    """Returns whether a value is a list of valid dicts of schedules."""
    return isinstance(value, list) and all(_sound(each, SCHEDULE) for each in value)


def are_words(value):
    """Returns whether a value is a command: a list of texts."""
    return isinstance(value, list) and all(map(_text, value))


def _sound(value, form):
    needed, optional = form
    return isinstance(value, dict) and set(needed) <= set(value) and all(
        is_sound(value[name]) for name, is_sound in dict(needed, **optional).items() if name in value)


def _text(value):
    return isinstance(value, str)


def _name(value):
    return _text(value) and patterns.matches('process', value)


def _calendar(value):
    return _text(value) and calendar.is_on_calendar(value)


def _timezone(value):
    return _text(value) and keys.TIMEZONE.fullmatch(value) is not None


def _command(value):
    return are_words(value) and bool(value)


def _count(value):
    return type(value) is int and value >= 0


def _seconds(value):
    return type(value) in (int, float) and value >= 0


def _or_none(form):
    return lambda value: value is None or form(value)


def _choice(*values):
    return lambda value: value in values


def _fields(**form):
    return lambda value: _sound(value, ({}, form))


_RESOURCES = _fields(memory=_count, cpus=_or_none(_seconds), pids=_count, nofile=_or_none(_count))
_HEALTH = _fields(type=_choice('running', 'docker', 'exec'), seconds=_seconds, words=are_words, deadline=_seconds)
# Of each record the fields that it must have, and those that it may have.
PROCESS = ({'name': _name, 'command': _command, 'resources': _RESOURCES, 'health': _HEALTH},
           {'instances': _count, 'stop_timeout': _seconds, 'stop_signal': _or_none(_text), 'roles': are_words,
            'order': _choice('start-first', 'stop-first')})
SCHEDULE = ({'name': _name, 'at': _calendar, 'command': _command},
            {'timezone': _or_none(_timezone), 'on': _choice('each', 'one'), 'roles': are_words, 'timeout': _seconds,
             'overlap': _choice('skip', 'allow')})
