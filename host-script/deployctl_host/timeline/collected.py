"""The entries of a timeline, and the sources that could not be read."""

from typing import Any, Dict, List, NamedTuple, Tuple

# More entries than these nobody reads; those nearest to the middle of the period are kept.
LIMIT = 300


class Entry(NamedTuple):
    """Something that happened; `kind` groups entries, `facts` are further fields of the event."""

    moment: float
    kind: str
    text: str
    facts: Dict[str, Any] = {}


class Timeline:
    """The events of a period, from `begin` to `end` in seconds since 1970, about one app on this host."""

    def __init__(self, app, begin, end):
        self.app, self.begin, self.end = app, begin, end
        self._entries: List[Entry] = []
        self.missing: List[Tuple[str, str]] = []

    def within(self, moment):
        return self.begin <= moment <= self.end

    def add(self, moment, kind, text, **facts):
        """Adds an entry if it is of the period."""
        if self.within(moment):
            self._entries.append(Entry(moment, kind, text, facts))

    def has(self, kind, near, seconds):
        """Returns whether an entry of a kind is there within some seconds of a moment."""
        return any(each.kind == kind and abs(each.moment - near) <= seconds for each in self._entries)

    def lacks(self, source, reason):
        """Notes that a source did not tell, or not about the whole period."""
        self.missing.append((source, reason))

    def entries(self):
        """Returns (entries in the order of time, how many were left out)."""
        middle = (self.begin + self.end) / 2
        nearest = sorted(self._entries, key=lambda each: abs(each.moment - middle))[:LIMIT]
        return sorted(nearest, key=lambda each: each.moment), len(self._entries) - len(nearest)
