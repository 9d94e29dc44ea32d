"""Makes the container of a one-off command: image, environment, labels."""

from ... import lock
from ...docker import containers, images, one_off, specification
from ...docker.api import DockerError
from ...env import environment
from ...errors import HostError
from ...store import state
from .. import targets
from ..steps import pull

TERMINAL = 'xterm-256color'


class Prepared:
    """The image and the environment of a command."""

    def __init__(self, image, values, facts, warnings=()):
        self.image = image          # Docker's id of the image
        self.values = values
        self.facts = facts          # release, digest, tag: for the record
        self.warnings = warnings


def prepare(app_state, wanted, host, engine, facts):
    """Returns the image and the environment of the command that `facts` records."""
    if facts.get('digest') or facts.get('tag'):
        return _of_an_image(app_state, wanted, host, engine, facts)
    return _of_the_release(app_state, wanted, host, engine)


def _of_the_release(app_state, wanted, host, engine):
    record = targets.recorded(app_state)
    found = images.find(engine, record.image)
    if found is None:
        found = pull.fetched(engine, host, app_state, wanted.repository, record.digest)[0]
    images.tag(engine, found['Id'], app_state.app, record.id)
    stored = app_state.release_env(record.id)
    if stored is None:
        raise HostError('not-found', 'the env of release %s is not kept any more' % record.id,
                        hint='deployctl-host restart %s' % app_state.app)
    values = dict(environment.from_dict(stored).values, DEPLOYCTL_RELEASE=record.id)
    return Prepared(found['Id'], values, record.brief())


def _of_an_image(app_state, wanted, host, engine, facts):
    """The image of a release that is not live, with the environment as a deploy would read it now."""
    snapshot = environment.read(wanted, host)
    digest = facts.get('digest') or images.resolve(engine, wanted.repository, facts['tag'])
    found = pull.fetched(engine, host, app_state, wanted.repository, digest,
                         tidy=not lock.Lock(app_state.app).busy())[0]
    return Prepared(found['Id'], snapshot.values, {'release': None, 'digest': digest, 'tag': facts.get('tag')},
                    snapshot.warnings)


def create(app_state, wanted, engine, identity, facts, prepared):
    """Creates the container, from an image that has a tag of its own while the container lives. Returns its id."""
    app = app_state.app
    images.tag(engine, prepared.image, app, one_off.image_tag(identity))
    most = facts['timeout'] + facts['stop_timeout'] + 2 * containers.STOP_MARGIN
    console = facts['kind'] == 'console'
    values = dict({'TERM': TERMINAL}, **prepared.values) if console else prepared.values
    spec = specification.one_off(wanted, prepared.image, values, facts['words'],
                                 one_off.labels(app, identity, state.host_id(), most), 'json-file')
    if console:
        one_off.with_terminal(spec)
    try:
        return containers.create(engine, one_off.name_of(app, identity), spec)
    except DockerError as problem:
        raise HostError('release-failed', 'Docker cannot make a container for the command: %s' % (
            problem.message)) from problem
