"""Removes an app from this host: virtual host, containers, images, sockets, state. Definition, env and audit log stay.

The decision is on disk before anything is removed, and each part can be repeated: a removal that was interrupted is
finished by `recover`, by the next call for that app, or by the boot unit.
"""

import os
import time

from .. import events, files, paths
from ..assets import copying
from ..docker import containers, images, one_off
from ..errors import HostError
from ..nginx import process, vhost
from ..schedules import timers
from ..store import retiring as records
from . import fetched_images, release_containers, routing, strays
from .processes import retiring

LOOK = 0.1


def traces(scope):
    """Describes what there is of an app on this host; an empty list if it never ran here or was removed."""
    found = [] if not os.path.isdir(scope.state.root) else ['state in %s' % scope.state.root]
    if os.path.lexists(routing.vhost_path(scope)):
        found.append('the virtual host %s' % routing.vhost_path(scope))
    count = len(_all(scope))
    found += ['timers of its schedules'] if scope.app in timers.apps() else []
    return found + (['%d containers' % count] if count else [])


def _all(scope):
    return containers.find(scope.engine, scope.host_id, scope.app)


def decide(scope, by):
    """Records on disk that the app is to be removed. HostError if a one-off command of it is running."""
    running = [one for one in one_off.find(scope.engine, scope.host_id, scope.app) if one['State'] == 'running']
    if running:
        raise HostError('locked', 'a command of %s is running in container %s' % (scope.app, running[0]['Id'][:12]),
                        state='nothing was touched', hint='wait for its end, or end it: docker stop %s' % (
                            running[0]['Id'][:12]))
    had_vhost = os.path.lexists(routing.vhost_path(scope))
    if had_vhost:
        process.master(scope.settings)
    scope.state.prepare()
    files.write_json(scope.state.removing_path, {'by': by, 'since': events.now(), 'vhost': had_vhost})


def carry_out(scope):
    """Removes the app, from wherever an earlier removal stopped. Returns the facts of a `remove.finished` event."""
    scope.state.prepare()
    timers.align(scope.app, {})
    had_vhost = os.path.lexists(routing.vhost_path(scope))
    if had_vhost:
        _out_of_nginx(scope)
    elif _may_be_loaded(scope.state):
        with scope.tolerant('nginx'), routing.nginx_lock():
            routing.reload_with(scope, None, None)
    scope.state.point_nowhere()
    found = _all(scope)
    _stop_and_remove(scope, found)
    kept = scope.state.releases()
    gone = _images(scope)
    _forget(scope.state)
    return {'app': scope.app, 'vhost': had_vhost, 'containers': len(found), 'images': gone, 'releases': kept,
            'left': kept_files(scope.app)}


def _out_of_nginx(scope):
    """Removes the virtual host. If nginx refuses that, the removal is cancelled, with nothing changed."""
    try:
        with routing.nginx_lock():
            routing.reload_with(scope, None, None)
    except HostError as problem:
        files.remove_file(scope.state.removing_path)
        problem.state = '%s was not removed and is as it was' % scope.app
        raise


def _may_be_loaded(app_state):
    """Returns True if an interrupted removal removed the virtual host and may have ended before nginx reloaded."""
    try:
        return bool(files.read_json(app_state.removing_path).get('vhost', True))
    except (HostError, AttributeError):
        return True     # damaged: a reload too many does no harm


def _stop_and_remove(scope, found):
    """Stops all containers once no connection to them is left, and removes them."""
    deadline = time.monotonic() + scope.definition.drain.timeout
    while time.monotonic() < deadline and (process.still_there(scope.workers) or strays.open_connections(scope, found)):
        time.sleep(LOOK)
    for one in found:
        containers.set_restart(scope.engine, one['Id'], 'no')
    release_containers.stop_all(scope, found, lambda one: _time_of(scope, one))
    copying.remove_container(scope.engine, scope.state)
    for one in found:
        containers.remove(scope.engine, one['Id'])
    for one in one_off.find(scope.engine, scope.host_id, scope.app):
        one_off.remove(scope.engine, scope.app, one['Labels'][one_off.RUN])


def _time_of(scope, one):
    """Returns the seconds that a container has to end: an instance of a process may finish what it does."""
    if containers.process_of(one) is None:
        return scope.definition.drain.stop_timeout
    record = records.pending(scope.state).get(one['Id'])
    if record is not None:
        return max(1.0, records.left(record))
    return retiring.time_of(containers.inspect(scope.engine, one['Id']) or {})


def _images(scope):
    """Removes the images of all kept releases and those that were pulled for the app, unless another app needs them.

    Returns how many releases had an image.
    """
    gone = 0
    for name in scope.state.releases():
        local = '%s:%s' % (images.local_repository(scope.app), name)
        found = images.find(scope.engine, local)
        if found is not None:
            images.remove(scope.engine, local)
            gone += 1
        with scope.tolerant('images'):
            _release_image(scope, scope.state.sound_release(name), found)
        scope.state.forget_release(name)
    files.remove_file(scope.state.root + '/lock.json')     # images pulled under it would be kept for its holder
    with scope.tolerant('images'):
        fetched_images.remove_unneeded(scope.state, scope.engine, newest=False)
    return gone


def _release_image(scope, record, found):
    if record is None:
        return
    for name in (found or {}).get('RepoDigests') or ():
        repository, _, digest = name.partition('@')
        if digest == record.digest:
            fetched_images.released(scope.state, scope.definition.repository or repository, digest)


def _forget(app_state):
    """Removes the state, the record of the removal last: until then the next call continues it."""
    for name in os.listdir(app_state.root):
        if app_state.root + '/' + name != app_state.removing_path:
            files.remove_tree(app_state.root + '/' + name)
    files.fsync_dir(app_state.root)
    files.remove_tree(app_state.root)
    files.fsync_dir(paths.STATE)


def kept_files(app):
    """Returns the files that operators wrote for the app, which stay: with these `converge` would deploy it again."""
    written = (paths.app_definition(app), paths.env_file(app), paths.desired(app))
    return [path for path in written if os.path.exists(path)]


def undefined(host, defined, found):
    """Returns the apps that have state, a virtual host or containers here, and no definition."""
    with_vhost = {match.group(1) for match in map(vhost.FILE.fullmatch, _listed(host.nginx.conf_dir)) if match}
    return sorted((set(found) | with_vhost | set(timers.apps())) - set(defined))


def _listed(directory):
    try:
        return os.listdir(directory)
    except OSError:
        return []
