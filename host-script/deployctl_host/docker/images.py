"""Resolves tags to digests, pulls images by digest, and tags them so that a prune of Docker keeps them."""

import json

from .. import http_client, regex
from ..errors import HostError
from . import credentials, registry_errors
from .api import DockerError

LOCAL = 'deployctl/'
DIGEST = regex.lazy('sha256:[0-9a-f]{64}')
BODY_LIMIT = 256 * 1024 * 1024


def local_repository(app):
    """Returns the local repository name for the tags of kept releases: `docker image prune` keeps tagged images."""
    return LOCAL + app


def familiar(repository):
    """Returns a repository as Docker writes it in an image's digests, without Docker Hub's prefix."""
    for prefix in ('docker.io/library/', 'docker.io/', 'index.docker.io/library/', 'index.docker.io/'):
        if repository.startswith(prefix):
            return repository[len(prefix):]
    return repository


def resolve(engine, repository, tag):
    """Returns the digest of a tag (or a digest) at the registry now. Nothing is pulled.

    Raises HostError('release-failed') if the image is not built for this host's platform.
    """
    reference = repository + ('@' if tag.startswith('sha256:') else ':') + tag
    known = credentials.find(engine.config.config, repository)
    try:
        found = engine.call('GET', '/distribution/%s/json' % reference, headers=_auth(known))
    except DockerError as problem:
        raise _registry(engine, repository, reference, problem, known) from problem
    try:
        digest, platforms = found['Descriptor']['digest'], found.get('Platforms') or ()
    except (KeyError, TypeError):
        digest, platforms = None, ()
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise HostError('unavailable', 'Docker reports no digest of %s' % reference, state='nothing was touched',
                        hint='is a proxy or a captive portal between this host and the registry?')
    _suits(reference, platforms, engine)
    return digest


def _suits(reference, platforms, engine):
    """Returns True if the image may run on this platform. In an index, attestations are listed as unknown/unknown; a
    registry may name no platform at all.
    """
    offered = {'%s/%s' % (one.get('os'), one.get('architecture')) for one in platforms if one.get('os') and
               one.get('architecture')} - {'unknown/unknown'}
    ours = _platform(engine)
    if offered and ours not in offered:
        raise registry_errors.unsuitable(reference, sorted(offered), ours)


def _platform(engine):
    version = engine.facts('/version')
    return '%s/%s' % (version.get('Os'), version.get('Arch'))


def _auth(known):
    return (('X-Registry-Auth', credentials.encoded(known)),)


def _registry(engine, repository, reference, problem, known):
    return registry_errors.error(repository, reference, problem, known, {
        'host': credentials.registry_of(repository), 'config': engine.config.config, 'platform': _platform(engine)})


def find(engine, reference):
    """Returns the daemon's description of an image, or None if there is none."""
    try:
        return engine.shaped(dict, 'GET', '/images/%s/json' % reference)
    except DockerError as problem:
        if problem.status == 404:
            return None
        raise HostError('unavailable', 'Docker cannot inspect image %s: %s' % (reference, problem.message)) from problem


def pull(engine, repository, digest):
    """Pulls one digest, checks the image, and returns the daemon's description of it."""
    reference = '%s@%s' % (repository, digest)
    known = credentials.find(engine.config.config, repository)
    try:
        answer, connection = engine.open(
            'POST', '/images/create', {'fromImage': repository, 'tag': digest}, headers=_auth(known),
            timeout=engine.config.pull_timeout)
    except DockerError as problem:
        raise _registry(engine, repository, reference, problem, known) from problem
    with connection:
        try:
            _follow(answer, reference)
        except DockerError as problem:
            raise _registry(engine, repository, reference, problem, known) from problem
        except (OSError, http_client.HttpError) as problem:
            raise HostError('unavailable', 'the pull of %s was interrupted: %s' % (reference, problem)) from problem
    image = find(engine, reference)
    if image is None:
        raise HostError('unavailable', 'Docker pulled %s, but does not have it' % reference)
    return image


def _follow(answer, reference):
    """Reads the progress of a pull to its end. The daemon reports failures as a line within a 200 answer."""
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
        raise HostError('unavailable', 'the pull of %s failed: Docker sent an invalid progress message' % (
            reference)) from problem
    if message is None:
        return
    message = str(message)
    if 'no space left' in message or 'disk quota' in message:
        raise HostError('disk-full', 'no space left to pull %s: %s' % (reference, message),
                        hint="free space under Docker's root directory, then try again")
    raise DockerError(500, message)


def check(image, repository, digest, version):
    """Raises HostError if the image does not have the requested digest or is for another platform."""
    wanted = '%s@%s' % (familiar(repository), digest)
    if wanted not in (familiar(name) for name in image.get('RepoDigests') or ()):
        raise HostError('release-failed', 'the image that Docker has is not %s: it lists %s' % (
            wanted, ', '.join(image.get('RepoDigests') or ()) or 'no digest at all'))
    ours = (version.get('Os'), version.get('Arch'))
    theirs = (image.get('Os'), image.get('Architecture'))
    if theirs != ours:
        message = '%s was built for %s/%s, and this host is %s/%s' % ((wanted,) + theirs + ours)
        raise HostError('release-failed', message,
                        hint=registry_errors.PLATFORM % {'platform': '%s/%s' % ours})


def tag(engine, image_id, app, release):
    try:
        engine.call('POST', '/images/%s/tag' % image_id, {'repo': local_repository(app), 'tag': release})
    except DockerError as problem:
        raise HostError('unavailable', 'Docker cannot tag the image: %s' % problem.message) from problem


def remove(engine, reference):
    """Removes a name of an image, and the image with its last name. Returns False if a container still uses it."""
    try:
        engine.call('DELETE', '/images/%s' % reference, {'noprune': 'false'})
    except DockerError as problem:
        return problem.status == 404
    return True
