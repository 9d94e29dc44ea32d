"""The configuration of an app and of a host as records, with all defaults.

Attribute names are the keys of docs/host-configuration.md with '_' for '-'. Durations are seconds (float), sizes are
bytes (int), lists are tuples.
"""

from typing import NamedTuple, Optional, Tuple

MIB = 1024 * 1024

# Keys that came after 0.1.0. With their default they do not count in the fingerprint of a definition, so that an update
# of the script changes none.
ADDED_LATER = {'Vhost': ('trusted_proxies', 'forwarded', 'redirect', 'hsts', 'preview'), 'Health': ('headers',),
               'Env': ('editors',),
               'AppDefinition': ('command', 'order', 'consoles', 'console_timeout', 'console_reason', 'processes',
                                 'release', 'schedules', 'assets')}


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
    forwarded: str = 'replace'  # or 'trust': the app gets those headers unchanged
    redirect: str = ''  # or 'https'
    hsts: float = -1.0  # seconds for which browsers stay on HTTPS; negative: nothing is said about it
    preview: bool = False  # a held release can be reached by a header or a cookie


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
    headers: Tuple[Tuple[str, str], ...] = ()  # of the probe's request: (name, value)


class Env(NamedTuple):
    """The source of the app's environment."""

    source: str = 'file'  # or 'etcd', 'ssm', 'secretsmanager', 'none'
    roots: Tuple[str, ...] = ()  # for etcd load_app puts the default root here
    required: Tuple[str, ...] = ()
    may_be_empty: bool = False
    expand: str = 'none'  # or 'etcenv'
    allow: Tuple[str, ...] = ()
    editors: Tuple[str, ...] = ()  # 'user' or '%group'; root always is


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


class ProcessHealth(NamedTuple):
    """The conditions under which an instance of a process counts as healthy."""

    type: str = 'running'  # or 'docker' (the image's HEALTHCHECK), 'exec'
    seconds: float = 10.0  # running: how long it must run without ending
    words: Tuple[str, ...] = ()  # exec: the command that must exit 0 inside the container
    deadline: float = 60.0


class Process(NamedTuple):
    """A part of the app without port and virtual host, such as a worker."""

    name: str
    command: Tuple[str, ...]
    instances: int = 1
    resources: Resources = Resources()
    stop_timeout: float = 30.0
    stop_signal: Optional[str] = None  # None: as the image says
    health: ProcessHealth = ProcessHealth()
    roles: Tuple[str, ...] = ()  # runs on hosts with one of these roles; empty: on every host
    order: str = 'start-first'  # or 'stop-first'


class ReleaseCommand(NamedTuple):
    """The command that a rollout runs once, from the new image, before any host switches."""

    command: Tuple[str, ...]
    check: Tuple[str, ...] = ()  # exits 0 if there is nothing to do
    timeout: float = 600.0


class Schedule(NamedTuple):
    """A command that runs at set times, with the image and environment of the live release."""

    name: str
    at: str  # as systemd's OnCalendar expects it
    command: Tuple[str, ...]
    timezone: Optional[str] = None  # None: the host's
    on: str = 'each'  # or 'one': on one host of all
    roles: Tuple[str, ...] = ()
    timeout: float = 3600.0
    overlap: str = 'skip'  # or 'allow'


class Assets(NamedTuple):
    """Files of the image that nginx serves from disk, of the last releases together."""

    path: str
    url: str
    keep: int = 3


class AppDefinition(NamedTuple):
    """The checked definition of one app."""

    app: str
    repository: str
    deployers: Tuple[str, ...]  # 'user' or '%group'
    vhost: Optional[Vhost]  # None: the app has no web part
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
    command: Tuple[str, ...] = ()  # of the web part; empty: the image's own
    order: str = 'start-first'  # of the web part; or 'stop-first'
    consoles: Tuple[Tuple[str, ...], ...] = ()  # commands that `console` may start; the first is the default
    console_timeout: float = 3600.0
    console_reason: bool = False  # whether a reason is required
    processes: Tuple[Process, ...] = ()
    release: Optional[ReleaseCommand] = None
    schedules: Tuple[Schedule, ...] = ()
    assets: Optional[Assets] = None


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


class AwsConfig(NamedTuple):
    region: Optional[str] = None  # None: the region of the instance
    endpoint: Optional[str] = None  # None: that of the service in the region
    metadata: str = 'http://169.254.169.254'
    timeout: float = 15.0


class BalancerConfig(NamedTuple):
    """The path at which nginx tells load balancers whether this host wants requests."""

    listen: Tuple[str, ...]  # each the parameters of one `listen` directive
    path: str = '/healthz'
    networks: Tuple[str, ...] = ()  # who may ask; empty: everybody
    failures: int = 2  # failed checks after which the balancer sends no more requests
    quiet: float = 30.0  # seconds without a request after which a drained host counts as free of traffic


class HostConfig(NamedTuple):
    """The settings for all apps of this host."""

    docker: DockerConfig = DockerConfig()
    nginx: NginxConfig = NginxConfig()
    etcd: EtcdConfig = EtcdConfig()
    aws: AwsConfig = AwsConfig()
    ports: Tuple[int, int] = (18000, 18999)
    roles: Tuple[str, ...] = ()
    balancer: Optional[BalancerConfig] = None
