"""Reads and checks the operators' files: `load_app`, `load_host`, `list_apps`."""

import os
import re

from .. import paths, regex, trust
from ..errors import HostError
from . import balancing, keys, parts, values
from .form import Form
from .schema import (AppDefinition, AwsConfig, Connect, DockerConfig, Drain, Env, EtcdConfig, Health, HostConfig,
                     NginxConfig, Resources, Security, Vhost, Volume)

__all__ = ['AppDefinition', 'Connect', 'DockerConfig', 'Drain', 'Env', 'EtcdConfig', 'Health', 'HostConfig',
           'NginxConfig', 'Resources', 'Security', 'Vhost', 'Volume', 'load_app',
           'load_host', 'list_apps', 'require_volumes', 'stand_in']

APP_FILE = regex.lazy(r'([a-z][a-z0-9-]{0,39})\.conf')
MIB = 1024 ** 2
HOUR = 3600.0


def list_apps():
    """Returns the names of the apps that are defined on this host, sorted."""
    try:
        names = os.listdir(paths.apps_dir())
    except FileNotFoundError:
        return []
    return sorted(match.group(1) for match in map(APP_FILE.fullmatch, names) if match)


def load_app(app):
    """Returns one app's definition. Raises HostError 'not-found' without one, 'definition' with all its mistakes."""
    path = paths.app_definition(app)
    try:
        data = trust.read(path)
    except FileNotFoundError as problem:
        raise HostError('not-found', 'no app %s on this host: there is no %s' % (app, path),
                        hint='apps here: %s' % (', '.join(list_apps()) or 'none')) from problem
    form, default = Form(path, data), stand_in(app)
    loaded = AppDefinition(
        app=app,
        repository=form.take('app', 'repository', keys.repository, '', required=True),
        deployers=form.take('app', 'deployers', values.several(keys.deployer), (), required=True),
        instances=form.take('app', 'instances', values.integer(1, 16), default.instances),
        keep=form.take('app', 'keep', values.integer(1, 100), default.keep),
        user=form.take('app', 'user', keys.container_user),
        network=form.take('app', 'network', keys.network, default.network),
        commands=form.take('app', 'commands', values.several(keys.command, r'\n'), ()),
        command_timeout=form.take('app', 'command-timeout', values.duration(1, 24 * HOUR), default.command_timeout),
        connect=_connect(form), vhost=_vhost(form), health=_health(form), env=_env(form, app),
        resources=parts.resources(form, 'resources', Resources()), security=_security(form),
        volumes=form.take_all('volumes', _volume), drain=_drain(form),
        command=form.take('app', 'command', keys.fixed_command, ()),
        order=form.take('app', 'order', parts.ORDER, default.order),
        consoles=form.take('app', 'consoles', values.several(keys.fixed_command, r'\n'), ()),
        console_timeout=form.take('app', 'console-timeout', values.duration(1, 24 * HOUR), default.console_timeout),
        console_reason=form.take('app', 'console-reason', values.choice('required', 'optional'), '') == 'required',
        schedules=parts.schedules(form), release=parts.release_command(form), assets=parts.assets(form))
    loaded = loaded._replace(processes=parts.processes(form, loaded.resources, loaded.drain.stop_timeout))
    _between_keys(form, loaded)
    parts.check_schedules(form, loaded.schedules, load_host)
    form.close()
    if loaded.vhost is None:
        return loaded._replace(instances=0)
    if not loaded.health.host:
        loaded = loaded._replace(health=loaded.health._replace(host=_probe_host(loaded.vhost.server_name)))
    return loaded


def stand_in(app):
    """Returns a placeholder for an app that has no definition any more: defaults, and no deployers."""
    return AppDefinition(app=app, repository='', deployers=(), vhost=Vhost(server_name=()))


def _probe_host(server_names):
    return next((name for name in server_names if name[0] not in '*._'), 'localhost')


def load_host():
    """Returns the host's configuration; all defaults if there is no host.conf."""
    path = paths.host_conf()
    try:
        data = trust.read(path)
    except FileNotFoundError:
        data = b''
    form = Form(path, data)
    loaded = HostConfig(docker=_docker(form), nginx=_nginx(form), etcd=_etcd(form), aws=_aws(form),
                        ports=form.take('ports', 'range', keys.port_range, HostConfig().ports),
                        roles=form.take('host', 'roles', values.several(keys.role, r'[,\s]+'), ()),
                        balancer=balancing.read(form))
    etcd = loaded.etcd
    if bool(etcd.cert) != bool(etcd.key):
        form.wrong('etcd', 'cert' if etcd.cert else 'key', 'cert and key go together')
    if bool(etcd.user) != bool(etcd.password_file):
        form.wrong('etcd', 'user' if etcd.user else 'password-file', 'user and password-file go together')
    if etcd.endpoints and len({endpoint.split(':')[0] for endpoint in etcd.endpoints}) > 1:
        form.wrong('etcd', 'endpoints', 'http and https endpoints together')
    form.close()
    return loaded


def _connect(form):
    default = Connect()
    return Connect(
        mode=form.take('connect', 'mode', values.choice('socket', 'port'), default.mode),
        path_env=form.take('connect', 'path-env', values.env_name, default.path_env),
        port_env=form.take('connect', 'port-env', values.env_name, default.port_env),
        container_port=form.take('connect', 'container-port', values.integer(1, 65535), default.container_port))


def _vhost(form):
    default = Vhost(server_name=())
    if not form.has('vhost') and any(form.has_any(kind) for kind in ('process', 'schedule')):
        return None
    return Vhost(
        server_name=form.take('vhost', 'server-name', values.several(keys.server_name, r'[,\s]+'), (), required=True),
        listen=form.take('vhost', 'listen', values.several(keys.listen), default.listen),
        client_max_body_size=form.take('vhost', 'client-max-body-size', values.size(0, 1024 ** 4),
                                       default.client_max_body_size),
        certificate=form.take('vhost', 'certificate', values.path),
        certificate_key=form.take('vhost', 'certificate-key', values.path),
        template=form.take('vhost', 'template', values.path),
        read_timeout=form.take('vhost', 'read-timeout', values.duration(1, 24 * HOUR), default.read_timeout),
        trusted_proxies=form.take('vhost', 'trusted-proxies', values.several(keys.ip_network, r'[,\s]+'), ()),
        forwarded=form.take('vhost', 'forwarded', values.choice('replace', 'trust'), default.forwarded),
        redirect=form.take('vhost', 'redirect', values.choice('https'), default.redirect),
        hsts=form.take('vhost', 'hsts', keys.hsts, default.hsts),
        preview=form.take('vhost', 'preview', values.boolean, default.preview))


def _health(form):
    default = Health()
    return Health(
        type=form.take('health', 'type', values.choice('http', 'tcp', 'docker'), default.type),
        path=form.take('health', 'path', keys.health_path, default.path),
        host=form.take('health', 'host', keys.health_host, ''),
        expect=form.take('health', 'expect', values.several(keys.status_range), default.expect),
        interval=form.take('health', 'interval', values.duration(0.05, 60), default.interval),
        timeout=form.take('health', 'timeout', values.duration(0.1, 300), default.timeout),
        successes=form.take('health', 'successes', values.integer(1, 100), default.successes),
        deadline=form.take('health', 'deadline', values.duration(1, HOUR), default.deadline),
        release_header=form.take('health', 'release-header', keys.header),
        min_healthy=form.take('health', 'min-healthy', values.duration(0, HOUR), default.min_healthy),
        headers=form.take('health', 'headers', values.several(keys.probe_header, r'\n'), ()))


def _env(form, app):
    default = Env()
    source = form.take('env', 'source', values.choice('file', 'etcd', 'ssm', 'secretsmanager', 'none'), default.source)
    of_aws = {'ssm': keys.parameter_path, 'secretsmanager': keys.secret_id}.get(source)
    roots = form.take('env', 'roots', values.several(of_aws or keys.etcd_root),
                      () if of_aws else ('/deploy/apps/%s/env/' % app,), required=bool(of_aws))
    return Env(
        source=source, roots=roots,
        required=form.take('env', 'required', values.several(values.env_name), ()),
        may_be_empty=form.take('env', 'may-be-empty', values.boolean, default.may_be_empty),
        expand=form.take('env', 'expand', values.choice('none', 'etcenv'), default.expand),
        allow=form.take('env', 'allow', values.several(keys.denied_name), ()),
        editors=form.take('env', 'editors', values.several(keys.deployer), ()))


def _security(form):
    default = Security()
    capabilities = values.several(keys.capability)
    return Security(
        read_only=form.take('security', 'read-only', values.boolean, default.read_only),
        cap_add=form.take('security', 'cap-add', capabilities, ()),
        cap_drop=form.take('security', 'cap-drop', capabilities, ()),
        privileges=form.take('security', 'privileges', values.boolean, default.privileges))


def _drain(form):
    default = Drain()
    return Drain(timeout=form.take('drain', 'timeout', values.duration(0, 24 * HOUR), default.timeout),
                 stop_timeout=form.take('drain', 'stop-timeout', values.duration(1, HOUR), default.stop_timeout))


def _volume(name, text):
    if not re.fullmatch(r'[a-z0-9][a-z0-9_-]{0,39}', name):
        raise ValueError('a volume is named with a-z, 0-9, - and _')
    return keys.volume(name, text)


def _docker(form):
    default = DockerConfig()
    return DockerConfig(
        socket=form.take('docker', 'socket', values.path, default.socket),
        config=form.take('docker', 'config', values.path, default.config),
        timeout=form.take('docker', 'timeout', values.duration(1, 600), default.timeout),
        pull_timeout=form.take('docker', 'pull-timeout', values.duration(1, 6 * HOUR), default.pull_timeout),
        min_free=form.take('docker', 'min-free', values.size(0, 1024 ** 5), default.min_free))


def _nginx(form):
    default = NginxConfig()
    return NginxConfig(
        binary=form.take('nginx', 'binary', values.path, default.binary),
        conf_dir=form.take('nginx', 'conf-dir', values.path, default.conf_dir),
        user=form.take('nginx', 'user', keys.system_user))


def _etcd(form):
    default = EtcdConfig()
    return EtcdConfig(
        endpoints=form.take('etcd', 'endpoints', values.several(keys.endpoint), ()),
        ca=form.take('etcd', 'ca', values.path), cert=form.take('etcd', 'cert', values.path),
        key=form.take('etcd', 'key', values.path), user=form.take('etcd', 'user', keys.etcd_user),
        password_file=form.take('etcd', 'password-file', values.path),
        timeout=form.take('etcd', 'timeout', values.duration(0.2, 60), default.timeout),
        record=form.take('etcd', 'record', values.boolean, default.record))


def _aws(form):
    default = AwsConfig()
    return AwsConfig(
        region=form.take('aws', 'region', keys.aws_region), endpoint=form.take('aws', 'endpoint', keys.aws_endpoint),
        metadata=form.take('aws', 'metadata', keys.aws_metadata, default.metadata),
        timeout=form.take('aws', 'timeout', values.duration(1, 120), default.timeout))


def require_volumes(definition):
    """Refuses a definition with a volume whose directory this host does not have."""
    for volume in definition.volumes:
        if not os.path.exists(volume.host):
            raise HostError('definition', '[volumes] %s: there is no %s on this host' % (volume.name, volume.host),
                            hint='make it, with the owner that the app needs')


def _between_keys(form, loaded):
    """Checks the rules between keys."""
    vhost = loaded.vhost
    if vhost is None:
        _without_web_part(form)
    elif any('ssl' in listen.split() for listen in vhost.listen) and not vhost.template:
        if not (vhost.certificate and vhost.certificate_key):
            form.wrong('vhost', 'listen', 'ssl needs certificate and certificate-key')
    elif bool(vhost.certificate) != bool(vhost.certificate_key):
        form.wrong('vhost', 'certificate' if vhost.certificate else 'certificate-key',
                   'certificate and certificate-key go together')
    balancing.check(form, loaded)
    if vhost is not None and loaded.connect.mode == 'port' and loaded.network in ('host', 'none'):
        form.wrong('app', 'network', '%s cannot publish a port; use connect.mode = socket' % loaded.network)
    if vhost is not None and vhost.template and loaded.assets and not _serves_assets(vhost.template):
        form.wrong('vhost', 'template', '%s has no @ASSETS@, where the locations of [assets] go' % vhost.template)
    names = [volume.container for volume in loaded.volumes]
    if len(set(names)) != len(names):
        form.wrong('volumes', loaded.volumes[0].name, 'two volumes have the same path in the container')
    if loaded.env.required and loaded.env.source == 'none':
        form.wrong('env', 'required', 'variables are required, but source = none provides none')


def _serves_assets(template):
    """Returns whether a template has the placeholder. One that cannot be read is reported when it is used."""
    try:
        return b'@ASSETS@' in trust.read(template)
    except (OSError, HostError):
        return True


def _without_web_part(form):
    """Refuses keys that concern the web part in the definition of an app that has none."""
    for section in ('connect', 'health', 'assets'):
        if form.has(section):
            form.wrong_section(section, 'it concerns requests, and this app has no [vhost]')
    for key in ('instances', 'command', 'order'):
        if form.given('app', key):
            form.wrong('app', key, 'it concerns the part behind [vhost], which this app does not have; say it in '
                       '[process NAME]')
