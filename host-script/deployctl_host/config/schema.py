"""The configuration of an app and of a host as records, with all defaults.

Attribute names are the keys of docs/host-configuration.md with '_' for '-'. Durations are seconds (float), sizes are
bytes (int), lists are tuples.
"""

from typing import NamedTuple, Optional, Tuple

MIB = 1024 * 1024

# Keys that came after 0.1.0. With their default they do not count in the fingerprint of a definition, so that an update
# of the script changes none.
ADDED_LATER = {'Vhost': ('trusted_proxies',)}


class Connect(NamedTuple):
    """The connection from nginx to the app."""

    mode: str = 'socket'  # or 'port'
    path_env: str = 'LISTEN_SOCKET'
    port_env: str = 'PORT'
    container_port: int = 8080


class Vhost(NamedTuple):
    """The app's virtual host. Every text in it is safe unquoted in an nginx directive."""

    server_name: Tuple[str, ...]
    listen: Tuple[str, ...] = ('80',)  # each the parameters of one `listen` directive
    client_max_body_size: int = 100 * MIB
    certificate: Optional[str] = None
    certificate_key: Optional[str] = None
    template: Optional[str] = None
    read_timeout: float = 60.0
    trusted_proxies: Tuple[str, ...] = ()  # networks whose X-Forwarded-* headers count


class Health(NamedTuple):
    """The conditions under which a release counts as healthy."""

    type: str = 'http'  # or 'tcp', 'docker'
    path: str = '/'
    host: str = ''  # load_app puts the first server name here
    expect: Tuple[Tuple[int, int], ...] = ((200, 299),)  # (low, high), both inclusive
    interval: float = 0.5
    timeout: float = 5.0
    successes: int = 2
    deadline: float = 60.0
    release_header: Optional[str] = None
    min_healthy: float = 0.0


class Env(NamedTuple):
    """The source of the app's environment."""

    source: str = 'file'  # or 'etcd', 'none'
    roots: Tuple[str, ...] = ()  # load_app puts the default root here
    required: Tuple[str, ...] = ()
    may_be_empty: bool = False
    expand: str = 'none'  # or 'etcenv'
    allow: Tuple[str, ...] = ()


class Resources(NamedTuple):
    memory: int = 512 * MIB
    cpus: Optional[float] = None
    pids: int = 512
    nofile: Optional[int] = None


class Security(NamedTuple):
    read_only: bool = False
    cap_add: Tuple[str, ...] = ()
    cap_drop: Tuple[str, ...] = ()
    privileges: bool = False  # True leaves out no-new-privileges


class Volume(NamedTuple):
    name: str
    host: str
    container: str
    read_only: bool = False


class Drain(NamedTuple):
    timeout: float = 60.0
    stop_timeout: float = 30.0


class AppDefinition(NamedTuple):
    """The checked definition of one app."""

    app: str
    repository: str
    deployers: Tuple[str, ...]  # 'user' or '%group'
    vhost: Vhost
    instances: int = 1
    keep: int = 5
    user: Optional[str] = None  # 'uid' or 'uid:gid'
    network: str = 'bridge'
    commands: Tuple[Tuple[str, ...], ...] = ()  # words; a last word '*' allows more of them
    command_timeout: float = 3600.0
    connect: Connect = Connect()
    health: Health = Health()
    env: Env = Env()
    resources: Resources = Resources()
    security: Security = Security()
    volumes: Tuple[Volume, ...] = ()
    drain: Drain = Drain()


class DockerConfig(NamedTuple):
    socket: str = '/run/docker.sock'
    config: str = '/etc/deployctl/docker'
    timeout: float = 30.0
    pull_timeout: float = 600.0
    min_free: int = 1024 * MIB


class NginxConfig(NamedTuple):
    binary: str = '/usr/sbin/nginx'
    conf_dir: str = '/etc/nginx/conf.d'
    user: Optional[str] = None  # None: as nginx's own configuration says


class EtcdConfig(NamedTuple):
    endpoints: Tuple[str, ...] = ()
    ca: Optional[str] = None
    cert: Optional[str] = None
    key: Optional[str] = None
    user: Optional[str] = None
    password_file: Optional[str] = None
    timeout: float = 5.0
    record: bool = False  # whether rollouts write down there what they have put in service


class HostConfig(NamedTuple):
    """The settings for all apps of this host."""

    docker: DockerConfig = DockerConfig()
    nginx: NginxConfig = NginxConfig()
    etcd: EtcdConfig = EtcdConfig()
    ports: Tuple[int, int] = (18000, 18999)
