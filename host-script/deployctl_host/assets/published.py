"""The assets of an app on disk, as nginx serves them.

    <app>/assets/<key>/<url>/   the files of one image, complete; nothing in it changes any more
    <app>/assets/1, 2, ...      symlinks to them: nginx tries one after the other, the newest first
    <app>/assets/current        symlink to those of the live release: nginx tries it before all others

A key names the image by its digest, and `path` and `url` of the definition. Each link is replaced by one rename, in an
order in which every set of files can be reached at every moment.
"""

import os
from typing import List

from .. import files, regex
from ..store import held

CURRENT = 'current'
SLOT = regex.lazy(r'[1-9][0-9]{0,2}')
KEY = regex.lazy(r'([0-9a-f]{64})-[0-9a-f]{8}')
# Not a name that the url of a definition can have.
ABOUT = '@about.json'


def root_of(app_state):
    return app_state.root + '/assets'


def slots_of(assets):
    """Returns how many links there are: for the releases that are kept, and one that is about to be deployed."""
    return assets.keep + 1


def key_of(assets, digest):
    import hashlib  # imported here because most apps have no assets
    shape = hashlib.sha256(('%s\n%s' % (assets.path, assets.url)).encode()).hexdigest()
    return '%s-%s' % (digest.partition(':')[2], shape[:8])


def digest_of(key):
    return 'sha256:' + key.partition('-')[0]


def count(app_state, assets, digest):
    """Returns how many files of an image are here, or None if they were not copied yet."""
    found = files.read_json('%s/%s/%s' % (root_of(app_state), key_of(assets, digest), ABOUT))
    return found['files'] if found else None


def keys(app_state):
    """Returns the keys of all sets of files."""
    try:
        return sorted(name for name in os.listdir(root_of(app_state)) if KEY.fullmatch(name))
    except FileNotFoundError:
        return []


def slots(app_state):
    """Returns {number: key} of the links that lead somewhere."""
    root, there = root_of(app_state), set(keys(app_state))
    numbers = [int(name) for name in os.listdir(root) if SLOT.fullmatch(name)] if there else []
    found = {number: os.readlink('%s/%d' % (root, number)) for number in sorted(numbers)}
    return {number: key for number, key in found.items() if key in there}


def ranked(app_state, found):
    """Returns keys, the most needed first: of the live release, of the held one, of the one before, of those kept."""
    facts = app_state.load()
    names = [facts.get('current'), held.release_of(app_state), facts.get('previous')] + app_state.releases()
    records = [app_state.sound_release(name) for name in names if name]
    order: List[str] = [record.digest for record in records if record and record.digest]
    return sorted(found, key=lambda key: order.index(digest_of(key)) if digest_of(key) in order else len(order))


def publish(app_state, assets, key):
    """Makes nginx try the files of a key, before those that came earlier."""
    root, last, taken = root_of(app_state), slots_of(assets), slots(app_state)
    if any(found == key and number <= last for number, found in taken.items()):
        return
    free = next((number for number in range(1, last + 1) if number not in taken), None)
    if free is None:
        least = ranked(app_state, [taken[number] for number in range(1, last + 1)])[-1]
        free = max(number for number in range(1, last + 1) if taken[number] == least)
    # Readers go from the first to the last, and so meet what moves to the right at its old or at its new place.
    for number in range(free, 1, -1):
        files.replace_symlink('%s/%d' % (root, number), taken[number - 1])
    files.replace_symlink(root + '/1', key)


def lead(app_state, assets, digest):
    """Makes nginx try the files of an image before all others, because its release is live."""
    link = '%s/%s' % (root_of(app_state), CURRENT)
    if assets is None or digest is None or not os.path.isdir(root_of(app_state)):
        return
    key = key_of(assets, digest)
    if key not in keys(app_state):
        files.remove_file(link)
    elif not os.path.islink(link) or os.readlink(link) != key:
        files.replace_symlink(link, key)


def forget(app_state, kept, last):
    """Removes all sets of files but those in `kept`, and the links after the `last` one. Returns how many sets."""
    root = root_of(app_state)
    gone = [key for key in keys(app_state) if key not in kept]
    for number, key in slots(app_state).items():
        if key in gone or number > last:
            files.remove_file('%s/%d' % (root, number))
    for key in gone:
        files.remove_tree('%s/%s' % (root, key))
    return len(gone)
