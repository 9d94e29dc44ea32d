"""The error that is reported to callers: what happened, the state of the host, and what to do next."""

# The error kinds of docs/events.md. 1 and 255 are not used: sudo and ssh exit with them themselves.
EXITS = {
    'usage': 64,
    'not-found': 66,
    'unavailable': 69,
    'internal': 70,
    'release-failed': 73,
    'disk-full': 74,
    'memory-full': 74,
    'locked': 75,
    'held': 75,
    'frozen': 75,
    'not-allowed': 77,
    'definition': 78,
}


class HostError(Exception):
    """An expected failure of a call. Its text is shown to callers, so it must never contain a secret."""

    def __init__(self, kind, message, state=None, hint=None, verdict=None):
        if kind not in EXITS:
            raise ValueError('unknown error kind: %r' % (kind,))
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.state = state
        self.hint = hint
        self.verdict = verdict

    @property
    def exit(self):
        return EXITS[self.kind]

    def as_dict(self):
        """Returns the `error` object of docs/events.md, without unknown parts."""
        parts = {'kind': self.kind, 'message': self.message, 'state': self.state, 'hint': self.hint,
                 'verdict': self.verdict}
        return {name: value for name, value in parts.items() if value is not None}
