"""The request of a transaction, stored in request.json."""

from typing import Any, Dict, Mapping, NamedTuple, Optional

# Fields that have another name in request.json.
NAMES = {'client': 'from', 'by_rollout': 'by-rollout', 'from_tag': 'from-tag'}
ALWAYS = ('verb', 'app', 'by', 'client', 'asked', 'wait')


class TransactionRequest(NamedTuple):
    """One call of a verb that changes an app."""

    verb: str
    by: str
    asked: str                              # when, as events carry it
    app: Optional[str] = None
    client: Optional[str] = None            # the address of the caller's SSH client
    wait: float = 0                         # seconds that are left to wait for the app's lock
    by_rollout: Optional[bool] = None       # whether a rollout over many hosts asked
    tag: Optional[str] = None               # the image by its tag, or
    digest: Optional[str] = None            # by its digest,
    from_tag: Optional[str] = None          # to which the orchestrator has resolved this tag
    force: Optional[bool] = None
    to: Optional[str] = None                # rollback: the release to go back to
    undo: Optional[str] = None              # rollback: the rollout to go back from
    lock: Optional[str] = None              # the deploy lock that the caller holds
    hold: Optional[int] = None              # deploy: the seconds for which the new release is held
    preview: Optional[str] = None           # deploy: the token of the held release's preview
    release: Optional[str] = None           # promote, abandon: the held release that the caller means
    on: Optional[bool] = None               # maintenance: on, or else off
    emergency: Optional[str] = None         # why it was done although deploys are frozen
    number: Optional[int] = None            # its place among all transactions of this host

    @property
    def image_tag(self):
        """Returns the tag of the image, whether this host or the orchestrator resolved it."""
        return self.tag or self.from_tag

    def as_dict(self) -> Dict[str, Any]:
        """Returns the content of request.json."""
        return {NAMES.get(name, name): value for name, value in self._asdict().items()
                if value is not None or name in ALWAYS}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]):
        """Creates a request from request.json: absent fields get defaults, unknown ones are ignored."""
        return cls(**{name: found[NAMES.get(name, name)] for name in cls._fields if NAMES.get(name, name) in found})
