"""The record of a release: what it was made of, and how nginx reaches it."""

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

# Where the name in release.json is another than the field's.
NAMES = {'id': 'release', 'fingerprint': 'definition'}


class ReleaseEnv(NamedTuple):
    """The environment of a release, without its values."""

    source: Optional[str] = None
    revision: Optional[int] = None
    sha256: Optional[str] = None
    names: Tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]):
        names = found.get('names')
        return cls(found.get('source'), found.get('revision'), found.get('sha256'),
                   tuple(names) if isinstance(names, list) else ())


class Release(NamedTuple):
    """One release of one app on this host.

    A release that is known only in part (before it is made, or after its record was lost) has defaults for the rest.
    """

    id: str
    app: str
    mode: str                               # how nginx reaches it: 'socket' or 'port'
    instances: int
    digest: Optional[str] = None
    tag: Optional[str] = None               # the tag that was asked for, if any
    image: Optional[str] = None             # Docker's id of the image on this host
    ports: Optional[List[int]] = None       # port mode: the host's port of each instance
    container_port: Optional[int] = None
    created: Optional[str] = None
    by: Optional[str] = None
    rollout: Optional[str] = None
    env: ReleaseEnv = ReleaseEnv()
    fingerprint: Optional[str] = None       # of the app's definition, see `transaction.release.fingerprint`

    @property
    def numbers(self):
        """The numbers of its instances."""
        return range(1, self.instances + 1)

    def brief(self):
        """The fields that events tell of a release."""
        return {'release': self.id, 'digest': self.digest, 'tag': self.tag}

    def as_dict(self) -> Dict[str, Any]:
        """The content of release.json."""
        found = {NAMES.get(name, name): value for name, value in self._asdict().items()}
        return dict(found, env=dict(self.env._asdict(), names=list(self.env.names)))

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]):
        """Reads a sound release.json: absent parts get their defaults, parts of a newer version are skipped."""
        known = {name: found[NAMES.get(name, name)] for name in cls._fields if NAMES.get(name, name) in found}
        return cls(**dict(known, env=ReleaseEnv.from_dict(found['env'])))
