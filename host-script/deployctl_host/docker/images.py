"""Images: which digest a tag means, fetching exactly that one, and keeping it from a prune."""

import json
import re

from .. import wire
from ..errors import HostError
from . import credentials
from .api import DockerError

LOCAL = 'deployctl/'
DIGEST = re.compile('sha256:[0-9a-f]{64}')
BODY_LIMIT = 256 * 1024 * 1024


def local_repository(app):
    """Below this name kept releases have a tag of ours: what has a tag is not dangling, so no prune takes it."""
    return LOCAL + app


def familiar(repository):
    """A repository as Docker writes it down among an image's digests: Docker Hub's prefix is left out."""
    for prefix in ('docker.io/library/', 'docker.io/', 'index.docker.io/library/', 'index.docker.io/'):
        if repository.startswith(prefix):
            return repository[len(prefix):]
    return repository


def resolve(engine, repository, tag):
    """The digest that a tag (or a digest) means at the registry now. Nothing is pulled."""
    reference = repository + ('@' if tag.startswith('sha256:') else ':') + tag
    try:
        found = engine.call('GET', '/distribution/%s/json' % reference, headers=_auth(engine, repository))
    except DockerError as problem:
        raise _registry(reference, problem) from problem
    try:
        digest = found['Descriptor']['digest']
    except (KeyError, TypeError):
        digest = None
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise HostError('unavailable', 'Docker tells no digest of %s' % reference, state='nothing was touched',
                        hint='is a proxy or a captive portal between this host and the registry?')
    return digest


def _auth(engine, repository):
    return (('X-Registry-Auth', credentials.header(engine.config.config, repository)),)


def _registry(reference, problem):
    text = problem.message.lower()
    absent = problem.status == 404 or 'manifest unknown' in text or 'name unknown' in text or 'not found' in text
    denied = problem.status in (401, 403) or 'unauthorized' in text or 'denied' in text
    if 'no such host' in text or 'timeout' in text or 'connection refused' in text:
        absent = denied = False
    if absent:
        return HostError('not-found', 'the registry has no %s: %s' % (reference, problem.message),
                         hint='push the image first, or correct the tag')
    if denied:
        return HostError('unavailable', 'the registry refuses us %s: %s' % (reference, problem.message),
                         hint='an operator puts credentials into config.json of [docker] config in host.conf')
    return HostError('unavailable', 'the registry does not give us %s: %s' % (reference, problem.message),
                     hint='is the registry up, and reachable from this host?')


def find(engine, reference):
    """The image's record, or None."""
    try:
        return engine.shaped(dict, 'GET', '/images/%s/json' % reference)
    except DockerError as problem:
        if problem.status == 404:
            return None
        raise HostError('unavailable', 'Docker cannot tell about %s: %s' % (reference, problem.message)) from problem


def pull(engine, repository, digest):
    """Fetches one digest and returns the image's record after checking that it is what was asked for."""
    reference = '%s@%s' % (repository, digest)
    try:
        answer, connection = engine.open(
            'POST', '/images/create', {'fromImage': repository, 'tag': digest}, headers=_auth(engine, repository),
            timeout=engine.config.pull_timeout)
    except DockerError as problem:
        raise _registry(reference, problem) from problem
    with connection:
        try:
            _follow(answer, reference)
        except (OSError, wire.WireError) as problem:
            raise HostError('unavailable', 'the pull of %s broke off: %s' % (reference, problem)) from problem
    image = find(engine, reference)
    if image is None:
        raise HostError('unavailable', 'Docker pulled %s, but does not have it' % reference)
    return image


def _follow(answer, reference):
    """Reads the progress of a pull to its end; a failure comes in a 200 answer, as one of the lines."""
    rest = b''
    for piece in answer.chunks():
        lines = (rest + piece).split(b'\n')
        rest = lines.pop()
        for line in lines:
            _judge(line, reference)
    _judge(rest, reference)


def _judge(line, reference):
    if not line.strip():
        return
    try:
        progress = json.loads(line)
        message = progress.get('error')
    except (ValueError, AttributeError, RecursionError) as problem:
        raise HostError('unavailable', 'the pull of %s broke off: Docker tells something that is no progress of it' % (
            reference)) from problem
    if message is None:
        return
    message = str(message)
    if 'no space left' in message or 'disk quota' in message:
        raise HostError('disk-full', 'no room to pull %s: %s' % (reference, message),
                        hint="free space under Docker's root directory, then try again")
    raise _registry(reference, DockerError(500, message))


def check(image, repository, digest, version):
    """Refuses an image that is not the digest asked for, or was made for another kind of machine."""
    wanted = '%s@%s' % (familiar(repository), digest)
    if wanted not in (familiar(name) for name in image.get('RepoDigests') or ()):
        raise HostError('release-failed', 'the image that Docker has is not %s: it lists %s' % (
            wanted, ', '.join(image.get('RepoDigests') or ()) or 'no digest at all'))
    ours = (version.get('Os'), version.get('Arch'))
    theirs = (image.get('Os'), image.get('Architecture'))
    if theirs != ours:
        message = '%s was built for %s/%s, and this host is %s/%s' % ((wanted,) + theirs + ours)
        raise HostError('release-failed', message,
                        hint='build the image for this platform too')


def tag(engine, image_id, app, release):
    try:
        engine.call('POST', '/images/%s/tag' % image_id, {'repo': local_repository(app), 'tag': release})
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot tag the image: %s' % problem.message) from problem


def remove(engine, reference):
    """Takes a name from an image (and the image, when that was its last). True unless Docker still needs it."""
    try:
        engine.call('DELETE', '/images/%s' % reference, {'noprune': 'false'})
    except DockerError as problem:
        return problem.status == 404
    return True
