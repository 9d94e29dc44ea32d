"""The record of a release: its image, env and containers, and how nginx reaches it."""

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from ..config.schema import Process, Schedule
from . import parts, web_part

# Fields that have another name in release.json.
NAMES = {'id': 'release', 'fingerprint': 'definition'}
# Fields that are not in release.json while they are empty, which keeps the records of a web part alone as they were.
WHEN_GIVEN = ('command', 'processes', 'schedules', 'web', 'labels')


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
    instances: int                          # of the web part
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
    command: Tuple[str, ...] = ()           # of the web part; empty: the image's own
    processes: Tuple[Process, ...] = ()
    schedules: Tuple[Schedule, ...] = ()
    web: Optional[web_part.WebPart] = None  # None also in records of versions that did not keep it
    labels: Optional[Mapping[str, Any]] = None  # what those of its image say of its source, see `docker.labels`

    @property
    def is_web(self):
        """Returns whether it has a web part, which nginx routes to."""
        return self.mode != 'none'

    @property
    def numbers(self):
        """Returns the numbers of the instances of its web part."""
        return range(1, self.instances + 1)

    def brief(self):
        """Returns the fields of a release in events."""
        return {'release': self.id, 'digest': self.digest, 'tag': self.tag}

    def as_dict(self) -> Dict[str, Any]:
        """Returns the content of release.json."""
        found = {NAMES.get(name, name): value for name, value in self._asdict().items() if name not in WHEN_GIVEN}
        given = {'command': list(self.command), 'processes': [parts.as_dict(each) for each in self.processes],
                 'schedules': [parts.as_dict(each) for each in self.schedules],
                 'web': web_part.as_dict(self.web) if self.web else None, 'labels': self.labels}
        return dict(found, env=dict(self.env._asdict(), names=list(self.env.names)),
                    **{name: value for name, value in given.items() if value})

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]):
        """Creates a release from a valid release.json: absent fields get defaults, unknown ones are ignored."""
        known = {name: found[NAMES.get(name, name)] for name in cls._fields if NAMES.get(name, name) in found}
        return cls(**dict(known, env=ReleaseEnv.from_dict(found['env']), command=tuple(found.get('command') or ()),
                          processes=tuple(map(parts.process, found.get('processes') or ())),
                          schedules=tuple(map(parts.schedule, found.get('schedules') or ())),
                          web=web_part.from_dict(found['web']) if found.get('web') else None))
