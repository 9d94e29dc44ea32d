"""The state of an app on this host: its live and previous release, and the records of all kept releases.

    <app>/                  0711, so that nginx can enter it; every file in it 0600
    <app>/state.json        current, previous, ports
    <app>/current           symlink to sockets/<release>, used in nginx's upstream path
    <app>/sockets/          0710, nginx's group: no other account can enter what containers write below it
    <app>/sockets/<rel>/    the instances' sockets; mounted into the containers at the same path
    <app>/releases/<rel>/   release.json, env.json
    <app>/assets/           files of the last images that nginx serves: see `assets.published`
    <app>/transactions/<r>/ request.json, journal.ndjson, events.ndjson
    <app>/held, preview/    a release that runs beside the live one: see `store.held`
    <app>/unfinished        the rollout id of the running transaction
    <app>/images.json       the images that were pulled for the app, oldest first
"""

import os
import time

from .. import files, journal, lock, paths, patterns
from ..errors import HostError
from . import validation
from .release import Release

SOCKET_PATH_LIMIT = 107
HOST_ID_HINT = 'deployctl-host recover restores it from the labels of the containers'


class AppState:
    """The state directory of one app."""

    def __init__(self, app):
        self.app = app
        self.root = paths.app_state(app)
        self.current_link = self.root + '/current'
        self.unfinished_path = self.root + '/unfinished'
        self.path = self.root + '/state.json'
        self.removing_path = self.root + '/removing'

    def is_being_removed(self):
        """Returns whether the removal of the app has begun and not ended."""
        return os.path.exists(self.removing_path)

    def prepare(self):
        """Creates the directories; those on nginx's path are executable for others, nothing more."""
        files.make_dir(paths.STATE, 0o711)
        files.make_dir(self.root, 0o711)
        files.make_dir(self.root + '/sockets', None)   # `confinement` opens it for nginx's group alone
        files.make_dir(self.root + '/releases', 0o700)
        files.make_dir(self.root + '/transactions', 0o700)

    def load(self):
        """Returns {current, previous, ports, ...}; empty for an app that never ran here."""
        return validation.state(self.path, files.read_json(self.path, {}, self._rebuilt), self._rebuilt)

    @property
    def _rebuilt(self):
        return 'deployctl-host recover %s rebuilds it from what nginx leads to; do not remove the file' % self.app

    def save(self, **changes):
        """Replaces the facts atomically. Writing `current` is the commit of a transaction."""
        self.prepare()
        files.write_json(self.path, dict(self.load(), **changes))

    # releases

    def release_dir(self, release):
        return '%s/releases/%s' % (self.root, release)

    def release(self, release):
        """Returns the record of a release, or None."""
        if not release:
            return None
        path, hint = self.release_dir(release) + '/release.json', (
            'deployctl-host recover %s rebuilds it where the release is live' % self.app)
        found = validation.release(path, files.read_json(path, None, hint), release, hint)
        return Release.from_dict(found) if found is not None else None

    def sound_release(self, release):
        """Returns the record of a release, or None if it is absent or damaged."""
        try:
            return self.release(release)
        except HostError:
            return None

    def save_release(self, record, env=None):
        directory = self.release_dir(record.id)
        files.make_dir(directory, 0o700)
        if env is not None:
            files.write_json(directory + '/env.json', env)
        files.write_json(directory + '/release.json', dict(self._stored(record.id), **record.as_dict()))

    def _stored(self, release):
        """Returns the stored content of release.json, whose unknown fields, of another version, are kept."""
        try:
            found = files.read_json(self.release_dir(release) + '/release.json', {})
        except HostError:
            return {}
        return found if isinstance(found, dict) else {}

    def release_env(self, release):
        return files.read_json(self.release_dir(release) + '/env.json', None, (
            'deployctl-host restart %s reads the env again; deploy an older release again by its digest' % self.app))

    def releases(self):
        """Returns the ids of all kept releases, most recently committed first.

        The time in the ids is not used: after a clock was set back, the newest release would seem the oldest.
        """
        try:
            order = self.load().get('order') or []
        except HostError:
            order = []
        place = {name: number for number, name in enumerate(order)}
        return sorted(self._kept(), key=lambda name: (place.get(name, -1), name), reverse=True)

    def _kept(self):
        try:
            names = os.listdir(self.root + '/releases')
        except FileNotFoundError:
            return []
        return [name for name in names if patterns.matches('release', name)]

    def has_releases(self):
        return bool(self._kept())

    def order(self, committed=None):
        """Returns all kept releases, and the one being committed, by their last commits, oldest first."""
        return [name for name in reversed(self.releases()) if name != committed] + ([committed] if committed else [])

    def forget_release(self, release):
        files.remove_tree(self.release_dir(release))
        files.remove_tree(self.socket_dir(release))

    # images

    def images(self):
        """Returns the images that were pulled for this app: [{repository, digest, ours, lock}]."""
        found = files.read_json(self.root + '/images.json', [])
        if not isinstance(found, list):
            raise HostError('internal', '%s/images.json is not a list: it was damaged or edited' % self.root,
                            hint='move it away; then images that were pulled and never deployed must be removed by '
                                 'hand')
        return found

    def save_images(self, found):
        self.prepare()
        files.write_json(self.root + '/images.json', found)

    # sockets

    def socket_dir(self, release):
        return '%s/sockets/%s' % (self.root, release)

    def socket(self, release, instance):
        return '%s/%d.sock' % (self.socket_dir(release), instance)

    def check_socket_path(self, instances):
        """Raises HostError if a socket path is too long to be bound, before anything is started."""
        longest = self.socket(new_release_id(), instances)
        if len(os.fsencode(longest)) > SOCKET_PATH_LIMIT:
            raise HostError('definition', 'the socket path %s has %d bytes; a socket can have %d at most' % (
                longest, len(os.fsencode(longest)), SOCKET_PATH_LIMIT), hint='give the app a shorter name')

    def pointed_at(self):
        """Returns the release that the symlink leads to, or None."""
        try:
            return os.path.basename(os.readlink(self.current_link))
        except FileNotFoundError:
            return None

    def point_at(self, release):
        """Switches to a release in socket mode, by one rename."""
        files.replace_symlink(self.current_link, 'sockets/' + release)

    def point_nowhere(self):
        files.remove_file(self.current_link)

    # the deploy lock, which outlives calls and reboots

    def deploy_lock(self):
        """Returns {lock, holder, since, reason, expires} while the lock is held, or None."""
        path, hint = self.root + '/lock.json', 'deployctl-host unlock %s --force ends it' % self.app
        held = validation.lock(path, files.read_json(path, None, hint), hint)
        if held is None or (held.get('expires') and held['expires'] < time.time()):
            return None
        return held

    # the running transaction

    def unfinished(self):
        """Returns the rollout id of a transaction that has begun and not ended, or None."""
        try:
            found = files.read_json(self.unfinished_path)
        except HostError:
            found = {}
        if found is None:
            return None
        rollout = found.get('rollout') if isinstance(found, dict) else None
        if isinstance(rollout, str) and patterns.matches('rollout', rollout):
            return rollout
        return self._without_end()

    def _without_end(self):
        """Finds the transaction whose journal has no end, for when the file `unfinished` is damaged."""
        root = self.root + '/transactions'
        begun = [name for name in os.listdir(root) if os.path.exists('%s/%s/journal.ndjson' % (root, name))]
        entries = {name: journal.read('%s/%s/journal.ndjson' % (root, name)) for name in begun}
        open_ones = [name for name in begun if not any(entry['step'] == 'finish' for entry in entries[name])]
        return max(open_ones, key=lambda name: os.stat('%s/%s/journal.ndjson' % (root, name)).st_mtime, default=None)

    def begin(self, rollout):
        files.write_json(self.unfinished_path, {'rollout': rollout})

    def end(self):
        files.remove_file(self.unfinished_path)
        files.fsync_dir(self.root)


def known_apps():
    """Returns the apps that have state on this host, with or without a definition; also of a removal that was
    interrupted.
    """
    try:
        names = os.listdir(paths.STATE)
    except FileNotFoundError:
        return []
    return sorted(name for name in names if os.path.isdir(paths.app_state(name) + '/transactions')
                  or os.path.exists(paths.app_state(name) + '/removing'))


def new_release_id():
    return '%s-%s' % (time.strftime('%Y%m%d-%H%M%S', time.gmtime()), os.urandom(3).hex())


def new_rollout_id():
    return 'r-h' + os.urandom(6).hex()


def knows_host_id():
    """Returns False if this host has no id yet, and so has created no container. True also if its id was lost."""
    return os.path.exists(_host_id_path()) or _has_releases()


def host_id():
    """Returns the random id of this host, created once. It labels the containers that belong to this host."""
    found = stored_host_id()
    if found is None:
        files.make_dir(paths.STATE, 0o711)
        only_one = lock.Lock('.host-id')
        if not only_one.take(5.0):
            raise HostError('internal', 'another call has been creating the id of this host for 5 s', hint='try again')
        found = stored_host_id() or save_host_id(os.urandom(8).hex())
        only_one.release()
    return found


def stored_host_id():
    """Returns the id of this host, or None if it has none yet. HostError if it was lost or damaged: with another id
    the script would not find its containers.
    """
    found = files.read_json(_host_id_path(), None, HOST_ID_HINT)
    if found is None and _has_releases():
        raise HostError('internal', '%s is missing, and the containers of this host are labelled with the id in it' %
                        _host_id_path(), hint=HOST_ID_HINT)
    if found is not None and not patterns.is_host_id(found):
        raise HostError('internal', '%s does not contain an id: it was damaged or edited' % _host_id_path(),
                        hint=HOST_ID_HINT)
    return found


def save_host_id(value):
    files.write_json(_host_id_path(), value)
    return value


def _host_id_path():
    return paths.STATE + '/host-id'


def _has_releases():
    return any(AppState(app).has_releases() for app in known_apps())
