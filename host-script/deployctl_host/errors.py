"""The one error that a caller ever sees: what happened, what state things are in, what to do next."""

# The words of docs/events.md. 1 is sudo's own refusal and 255 is ssh's, so neither may stand here.
EXITS = {
    'usage': 64,
    'not-found': 66,
    'unavailable': 69,
    'internal': 70,
    'release-failed': 73,
    'disk-full': 74,
    'locked': 75,
    'not-allowed': 77,
    'definition': 78,
}


class HostError(Exception):
    """An expected end of a call. Its text goes to callers: never put a secret into it."""

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
        """The `error` object of docs/events.md, without the parts that are not known."""
        parts = {'kind': self.kind, 'message': self.message, 'state': self.state, 'hint': self.hint,
                 'verdict': self.verdict}
        return {name: value for name, value in parts.items() if value is not None}
