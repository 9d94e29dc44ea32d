"""The record of a release: its image, env and containers, and how nginx reaches it."""

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from . import web_part

# Fields that have another name in release.json.
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

    For a release that is known only in part (not made yet, or its record was lost) the other fields have defaults.
    """

    id: str
    app: str
    mode: str                               # how nginx reaches it: 'socket', 'port', or 'none' without a web part
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
    web: Optional[web_part.WebPart] = None  # None also in records of versions that did not keep it

    @property
    def is_web(self):
        """Returns whether it has a web part, which nginx routes to."""
        return self.mode != 'none'

    @property
    def numbers(self):
        """Returns the numbers of its instances."""
        return range(1, self.instances + 1)

    def brief(self):
        """Returns the fields of a release in events."""
        return {'release': self.id, 'digest': self.digest, 'tag': self.tag}

    def as_dict(self) -> Dict[str, Any]:
        """Returns the content of release.json."""
        found = {NAMES.get(name, name): value for name, value in self._asdict().items() if name != 'web'}
        web = {'web': web_part.as_dict(self.web)} if self.web else {}
        return dict(found, env=dict(self.env._asdict(), names=list(self.env.names)), **web)

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]):
        """Creates a release from a valid release.json: absent fields get defaults, unknown ones are ignored."""
        known = {name: found[NAMES.get(name, name)] for name in cls._fields if NAMES.get(name, name) in found}
        web = web_part.from_dict(found['web']) if 'web' in found else None
        return cls(**dict(known, env=ReleaseEnv.from_dict(found['env']), web=web))
