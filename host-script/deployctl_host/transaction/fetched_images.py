"""Records which images were pulled for an app, and removes those that nothing needs any more.

An image is kept while a kept release of any app has its digest, or while an app that pulled it may still deploy it: the
newest one of each app, and all that were pulled under the deploy lock that is held. Images that were on the host before
deployctl pulled them are never removed, nor those that somebody gave a tag of their own.
"""

from typing import Any, Dict, List

from .. import lock
from ..docker import images
from ..errors import HostError
from ..store import state

TIMEOUT = 60.0


def exclusive():
    """A lock for changing claims and removing images, so that no app removes what another is about to use."""
    return _Exclusive()


class _Exclusive:
    def __enter__(self):
        self._lock = lock.Lock('.images')
        if not self._lock.take(TIMEOUT):
            raise HostError('unavailable', 'another call has been removing images for %g s' % TIMEOUT,
                            hint='try again; docker info tells whether Docker answers')

    def __exit__(self, *problem):
        self._lock.release()


def claim(app_state, engine, repository, digest):
    """Records that the app needs an image, before the pull. Returns Docker's record of the image if it is here."""
    with exclusive():
        found = images.find(engine, '%s@%s' % (repository, digest))
        _note(app_state, repository, digest, found is None or _was_fetched(digest))
    return found


def pulled(app_state, repository, digest):
    """Records it again after the pull, since a prune may have run during it."""
    with exclusive():
        _note(app_state, repository, digest, True)


def released(app_state, repository, digest):
    """Records that a release was removed. Releases older than these records count as pulled by deployctl."""
    with exclusive():
        claims = _load(app_state)
        if all(one['digest'] != digest for one in claims):
            app_state.save_images([{'repository': repository, 'digest': digest, 'ours': True, 'lock': None}] + claims)


def remove_unneeded(app_state, engine, newest=True):
    """Removes the images that were pulled for the app and are not needed. Returns their names.

    `newest` keeps the image that was pulled last: somebody may be about to deploy it.
    """
    with exclusive():
        claims = _load(app_state)
        if not claims:
            return []
        held = (app_state.deploy_lock() or {}).get('lock')
        kept = _digests_of_releases(app_state)
        others = _needed_by_others(app_state.app)
        staying: List[Dict[str, Any]] = []
        gone: List[str] = []
        for place, one in enumerate(claims):
            last = newest and place == len(claims) - 1
            if one['digest'] in kept or last or (held and one['lock'] == held):
                staying.append(one)
            elif one['ours'] and one['digest'] not in others:
                _remove(engine, one, staying, gone)
        if staying != claims:
            app_state.save_images(staying)
        return gone


def _remove(engine, one, staying, gone):
    name = '%s@%s' % (one['repository'], one['digest'])
    found = images.find(engine, name)
    if found is None or any(not tag.startswith(images.LOCAL) for tag in found.get('RepoTags') or ()):
        return
    if images.remove(engine, name):
        gone.append(name)
    else:
        staying.append(one)     # another container uses it: the next prune tries again


def _note(app_state, repository, digest, ours):
    """Adds a claim as the last, which is the newest."""
    held = (app_state.deploy_lock() or {}).get('lock')
    rest = [one for one in _load(app_state) if (one['repository'], one['digest']) != (repository, digest)]
    app_state.save_images(rest + [{'repository': repository, 'digest': digest, 'ours': ours, 'lock': held}])


def _was_fetched(digest):
    return any(one['ours'] and one['digest'] == digest for app in state.known_apps()
               for one in _load(state.AppState(app)))


def _needed_by_others(app):
    needed = set()
    for other in state.known_apps():
        if other != app:
            of = state.AppState(other)
            needed |= _digests_of_releases(of) | {one['digest'] for one in _load(of)}
    return needed


def _digests_of_releases(app_state):
    records = [app_state.sound_release(name) for name in app_state.releases()]
    return {record.digest for record in records if record}


def _load(app_state):
    return [one for one in app_state.images() if isinstance(one, dict) and {'repository', 'digest', 'ours', 'lock'} <=
            set(one)]
