"""Step `pull`: brings the image of the new release to this host, under a tag of its own."""

import contextlib

from ... import files
from ...assets import copying
from ...docker import images
from ...errors import HostError
from .. import disk_space, fetched_images, release


def digest_of(transaction):
    """Returns (digest, tag) of the request. A tag is resolved at the registry, once."""
    request = transaction.request
    digest, tag = request.digest, request.image_tag
    if digest is None:
        with transaction.interruptible():
            digest = images.resolve(transaction.engine, transaction.definition.repository, tag)
    transaction.emit('image.resolved', tag=tag, digest=digest)
    return digest, tag


def image(transaction, record):
    """Pulls the image of a release, unless it is here, checks it, and copies its assets. Returns Docker's record."""
    found = _pulled(transaction, record)
    _copy_assets(transaction, record, found)
    return found


def _pulled(transaction, record):
    engine, repository = transaction.engine, transaction.definition.repository
    with transaction.interruptible():
        found = fetched(engine, transaction.host, transaction.state, repository, record.digest)[0]
    tag(transaction, record, found)
    return found


def tag(transaction, record, found):
    """Gives an image a tag of the release's own, which keeps it from any prune."""
    images.tag(transaction.engine, found['Id'], record.app, record.id)


def kept_image(transaction, record):
    """Returns the image of a kept release, which is pulled again only if somebody has removed it.

    Its assets were copied when it was deployed. Where they have to be copied again and cannot be, requests for them go
    to the app.
    """
    found = _kept_image(transaction, record)
    with transaction.tolerant('assets'):
        _copy_assets(transaction, record, found)
    return found


def _copy_assets(transaction, record, found):
    if transaction.definition.assets:
        with transaction.interruptible():
            copying.ensure(transaction.engine, transaction.host, transaction.state, transaction.definition.assets,
                           record.digest, found['Id'], transaction.warn)


def _kept_image(transaction, record):
    local = images.find(transaction.engine, release.local_image(record))
    if local is not None and local['Id'] == record.image:
        return local
    by_id = images.find(transaction.engine, record.image)
    if by_id is not None:
        tag(transaction, record, by_id)
        return by_id
    transaction.warn('image-gone', 'the image of release %s is not here any more: pulling it again' % record.id)
    return _pulled(transaction, record)


def fetched(engine, host, app_state, repository, digest, tidy=True):
    """Pulls an image if needed. Returns (Docker's record of it, whether it was here already).

    It is recorded as the app's, so that a later prune removes it. `tidy` first removes images that were pulled before
    and never went live, so that a series of broken images does not fill the disk; not during a transaction of another
    caller.
    """
    version = engine.facts('/version')
    found = fetched_images.claim(app_state, engine, repository, digest)
    already = found is not None
    if not already:
        if tidy:
            with contextlib.suppress(HostError):    # `prune` warns of what cannot be removed
                fetched_images.remove_unneeded(app_state, engine)
        root = disk_space.require_for_image(engine, host)
        try:
            found = images.pull(engine, repository, digest)
        except HostError as problem:
            if problem.kind == 'disk-full':
                problem.message += '; ' + files.free_space(disk_space.directory_named_in(problem.message, root))
            raise
        fetched_images.pulled(app_state, repository, digest)
    images.check(found, repository, digest, version)
    return found, already
