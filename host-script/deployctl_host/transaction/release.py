"""A release on this host: how it is made, its fingerprint, and its names and addresses in Docker and nginx."""

import os

from .. import events
from ..assets import published
from ..config import schema
from ..docker import containers, images
from ..nginx import preview, vhost
from ..store import held, state, web_part
from ..store.release import Release, ReleaseEnv
from . import ports


def fresh(transaction, name, digest, tag, snapshot):
    """Returns the record of a release that is about to be made."""
    definition, request = transaction.wanted, transaction.request
    return Release(
        id=name, app=definition.app, mode=mode(definition), instances=definition.instances, digest=digest,
        tag=tag, container_port=definition.connect.container_port, created=events.now(), by=request.by,
        rollout=transaction.record.rollout, fingerprint=fingerprint(definition),
        command=definition.command, processes=definition.processes,
        schedules=definition.schedules, web=web_part.of(definition),
        env=ReleaseEnv(snapshot.source, snapshot.revision, snapshot.sha256, tuple(snapshot.names)))


def shape(definition, name):
    """Returns a release as far as its virtual host depends on it, before it is made."""
    return Release(name, definition.app, mode(definition), definition.instances, ports=[1],
                   schedules=definition.schedules)


def mode(definition):
    """Returns how nginx reaches a release of this definition."""
    return definition.connect.mode if definition.vhost else 'none'


def fingerprint(definition):
    """Returns a hash of the definition, to see later whether an operator has changed it."""
    import hashlib  # OpenSSL comes with it: calls that compare nothing do without
    return hashlib.sha256(_content(definition).encode()).hexdigest()


def _content(value):
    """Returns the text of a value: its repr, without keys of later versions that have their default.

    Otherwise a new key would change the fingerprint of every definition, and the next deploy of an image that is live
    would start new containers on every host.
    """
    if not hasattr(value, '_fields'):
        return repr(value)
    later = schema.ADDED_LATER.get(type(value).__name__, ())
    parts = ['%s=%s' % (name, _content(getattr(value, name))) for name in value._fields
             if name not in later or getattr(value, name) != value._field_defaults[name]]
    return '%s(%s)' % (type(value).__name__, ', '.join(parts))


def servers(app_state, record):
    """Returns the servers of nginx's upstream."""
    if record.mode == 'socket':
        return vhost.socket_servers(app_state.current_link, record.instances)
    return vhost.port_servers(record.ports)


def vhost_text(definition, settings, app_state, record, closed=None, beside=None):
    served = (published.root_of(app_state), published.slots_of(definition.assets)) if definition.assets else None
    return vhost.render(definition, settings.version, record.mode, record.id, servers(app_state, record), closed,
                        served, preview_of(definition, app_state, record, beside))


def preview_of(definition, app_state, record, beside=None):
    """Returns how nginx reaches a release that is held beside `record`: `beside`, or else the one that is held now.

    Without one, it is the way to the release that would be held next, so that a hold needs no reload. None without
    preview.
    """
    if not definition.vhost.preview:
        return None
    beside = beside or app_state.sound_release(held.release_of(app_state)) or record
    if beside.mode != 'port':
        target = 'unix:%s:' % held.preview_socket(app_state)
    else:
        target = '127.0.0.1:%d' % (beside.ports[0] if beside.id != record.id else ports.next_to(app_state, record))
    return preview.Preview(held.preview_dir(app_state), target)


def next_vhost(definition, settings, app_state):
    """Returns the virtual host that a deploy would write, as far as it is known before there is a release.

    b'' if it would remove the virtual host.
    """
    if definition.vhost is None:
        return b''
    closed = 'maintenance' if app_state.load().get('maintenance') else None
    return vhost_text(definition, settings, app_state, shape(definition, state.new_release_id()), closed).encode()


def address(app_state, record, instance):
    """Returns the address at which nginx reaches an instance: a path, or host and port."""
    if record.mode == 'socket':
        return app_state.socket(record.id, instance)
    return ('127.0.0.1', record.ports[instance - 1])


def addresses(app_state, record):
    return [address(app_state, record, instance) for instance in instances(record)]


def instances(record):
    return record.numbers


def place(app_state, record, instance):
    """Returns what an instance needs of the host: the directory of its socket, or its ports."""
    if record.mode == 'socket':
        return {'directory': app_state.socket_dir(record.id)}
    return {'port': record.ports[instance - 1], 'container_port': record.container_port}


def environment(definition, app_state, record, instance, values):
    """Returns the environment of an instance: the values of the app, the name of the release, and where to listen."""
    found = dict(values, DEPLOYCTL_RELEASE=record.id)
    if record.mode == 'socket':
        found[definition.connect.path_env] = app_state.socket(record.id, instance)
    else:
        found[definition.connect.port_env] = str(record.container_port)
    return found


def container(record, instance):
    return containers.name_of(record.app, record.id, instance)


def local_image(record):
    return '%s:%s' % (images.local_repository(record.app), record.id)


def described(record):
    """Names a release in a sentence."""
    if record is None:
        return 'nothing'
    return '%s (%s)' % (record.tag or record.digest[:19], record.id)


def make_socket_dir(app_state, record, owner, group):
    """Makes the directory of the sockets: the app may create them there, nginx's group may pass, nobody else."""
    path = app_state.socket_dir(record.id)
    os.mkdir(path, 0o700)
    os.chown(path, owner, group)
    os.chmod(path, 0o2750)
