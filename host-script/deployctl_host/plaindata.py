"""What this script needs of Python's `dataclasses`, without what that module costs.

Loading it, and having it write code for each class, took a quarter of the start of every call. Type checkers see the
real one, and a test compares the two.
"""

TYPE_CHECKING = False


class _Factory:
    def __init__(self, default_factory):
        self.make = default_factory


def _dataclass(cls=None, frozen=False):
    """As `@dataclass` or `@dataclass(frozen=True)`: fields are the class's own annotations, in their order."""
    return _furnish(cls, frozen) if cls is not None else lambda given: _furnish(given, frozen)


def _replace(instance, **changes):
    """Another one, with some values changed."""
    return type(instance)(**dict(vars(instance), **changes))


def _furnish(cls, frozen):
    members = _members(cls, tuple(cls.__annotations__), frozen)
    if '__repr__' in cls.__dict__:
        del members['__repr__']
    for name in cls.__annotations__:
        if isinstance(cls.__dict__.get(name), _Factory):
            delattr(cls, name)
    for name, member in members.items():
        setattr(cls, name, member)
    return cls


def _members(cls, names, frozen):
    defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}

    def __init__(self, *given, **named):
        vars(self).update(_values(cls.__name__, names, defaults, given, named))

    def __repr__(self):
        return '%s(%s)' % (cls.__qualname__, ', '.join('%s=%r' % (name, getattr(self, name)) for name in names))

    def __eq__(self, other):
        return vars(self) == vars(other) if type(other) is cls else NotImplemented

    def __hash__(self):
        return hash(tuple(getattr(self, name) for name in names))

    def refuse(self, name, *_):
        raise AttributeError('%s of a %s stays as it is' % (name, cls.__name__))

    members = {'__init__': __init__, '__repr__': __repr__, '__eq__': __eq__, '__hash__': __hash__ if frozen else None}
    return dict(members, __setattr__=refuse, __delattr__=refuse) if frozen else members


def _values(kind, names, defaults, given, named):
    """What each field is to hold, in their order."""
    values = dict(zip(names, given))
    wrong = [name for name in named if name in values or name not in names]
    if wrong or len(given) > len(names):
        raise TypeError('%s has no place for %s' % (kind, ', '.join(wrong) or 'so many values'))
    values.update(named)
    for name in names:
        if name not in values:
            if name not in defaults:
                raise TypeError('%s needs %s' % (kind, name))
            default = defaults[name]
            values[name] = default.make() if isinstance(default, _Factory) else default
    return {name: values[name] for name in names}


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _Factory, _replace
