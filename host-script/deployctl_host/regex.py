"""Regular expressions that are compiled when they are first used: a call uses few of those in the modules it loads."""

import re
from typing import AnyStr


class _Lazy:
    """A pattern that becomes a compiled one with its first use."""

    def __init__(self, pattern, flags):
        self._source = (pattern, flags)

    def __getattr__(self, name):
        compiled = re.compile(*self._source)
        for method in ('match', 'fullmatch', 'search', 'sub', 'finditer', 'findall', 'split', 'pattern'):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(pattern: AnyStr, flags: int = 0) -> 're.Pattern[AnyStr]':
    """Returns what can be used like the result of re.compile(). A mistake in the pattern shows with the first use."""
    return _Lazy(pattern, flags)  # type: ignore[return-value]
