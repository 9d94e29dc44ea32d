"""The web part of a release, in release.json: what its definition said of virtual host, connection and health.

An app may lose its `[vhost]`. A rollback to a release from before brings its web part back as it was.
"""

from typing import Any, Dict, Mapping, NamedTuple, Optional

from ..config.schema import Assets, Connect, Health, Vhost


class WebPart(NamedTuple):
    vhost: Vhost
    connect: Connect
    health: Health
    assets: Optional[Assets] = None


def of(definition):
    """Returns the web part of a definition; None for an app without one."""
    if definition.vhost is None:
        return None
    return WebPart(definition.vhost, definition.connect, definition.health, definition.assets)


def restored(definition, kept):
    """Returns the definition, with the kept web part of a release (or None) where it has none itself."""
    return definition._replace(**kept._asdict()) if kept and definition.vhost is None else definition


def as_dict(part: WebPart) -> Dict[str, Any]:
    """Returns the content of a record."""
    return {name: value._asdict() for name, value in part._asdict().items() if value is not None}


def from_dict(found: Mapping[str, Any]) -> WebPart:
    """Creates a web part from its valid dict: absent fields get defaults, unknown ones are ignored."""
    return WebPart(**{name: _read(kind, found[name]) for name, kind in KINDS.items() if name in found})


def _read(kind, found):
    return kind(**{name: _tuples(found[name]) for name in kind._fields if name in found})


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def is_sound(value):
    """Returns whether a value is a valid dict of a web part."""
    return isinstance(value, dict) and all(
        isinstance(value.get(name), dict) and _sound_fields(kind, value[name]) for name, kind in KINDS.items()
        if name in value or name != 'assets')


def _sound_fields(kind, found):
    """Returns whether each field has the form of its default, or of an optional text; and no required one is absent."""
    defaults = dict(kind._field_defaults, server_name=(), path='', url='')
    return all(name in found or name in kind._field_defaults for name in kind._fields) and all(
        _alike(_tuples(found[name]), defaults[name]) for name in kind._fields if name in found)


def _alike(value, default):
    if default is None:
        return value is None or isinstance(value, str)
    if isinstance(default, float):
        return type(value) in (int, float)
    if isinstance(default, tuple):
        return isinstance(value, tuple) and all(isinstance(each, (str, tuple)) for each in value)
    return type(value) is type(default)


KINDS = {'vhost': Vhost, 'connect': Connect, 'health': Health, 'assets': Assets}
