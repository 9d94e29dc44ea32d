"""Readers for the keys of a definition with a form of their own: names, addresses, image repositories, volumes."""

import re

from .. import regex
from . import values
from .schema import Volume
from .values import denied, shown

HOUR = 3600.0
DAY = 24 * HOUR
HSTS_LIMIT = 2 * 366 * DAY
LABEL = r'[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
NAME = r'%s(?:\.%s)*' % (LABEL, LABEL)
IPV4 = r'(?:[0-9]{1,3}\.){3}[0-9]{1,3}'
IPV6 = r'\[[0-9a-fA-F:.]{2,45}\]'
PORT = r'[0-9]{1,5}'
LISTEN = regex.lazy(r'(?:(%s|%s|\*|localhost):)?(%s)((?: [a-z0-9_]+(?:=[a-z0-9:]+)?)*)' % (IPV4, IPV6, PORT))
LISTEN_WORDS = frozenset('ssl http2 quic default_server reuseport proxy_protocol deferred bind'.split())
LISTEN_VALUES = regex.lazy(
    r'(?:backlog|rcvbuf|sndbuf|fastopen)=[0-9]{1,9}[km]?|(?:ipv6only|so_keepalive)=(?:on|off)')
BALANCER_LISTEN = regex.lazy(r'((?:(?:%s|%s|\*):)?(%s))(?: default_server)?' % (IPV4, IPV6, PORT))
# Headers that each probe has, or that would change how its request is read.
PROBE_HEADERS = frozenset('host user-agent accept connection content-length transfer-encoding upgrade expect'.split())
COMPONENT = r'[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*'
REPOSITORY = regex.lazy(r'(?P<registry>(?:%s|%s)(?::%s)?)/%s(?:/%s)*' % (NAME, IPV6, PORT, COMPONENT, COMPONENT))
ZONE = r'[A-Z][A-Za-z0-9+-]{0,31}(?:/[A-Za-z0-9_+-]{1,32}){0,2}'
TIMEZONE = regex.lazy(ZONE)
CAPABILITIES = frozenset(
    'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH '
    'FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN '
    'NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT '
    'SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG '
    'WAKE_ALARM'.split())

deployer = values.matching(r'%?[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}', 'a user name or %group')
container_user = values.matching(r'[0-9]{1,9}(:[0-9]{1,9})?', "'uid' or 'uid:gid' in numbers")
network = values.matching(r'[A-Za-z0-9][A-Za-z0-9_.-]{0,62}', 'the name of a Docker network')
health_path = values.matching(r"/[A-Za-z0-9._~!&+,=:@%/?-]{0,500}", "a path that starts with '/'")
health_host = values.matching(r'(?:%s|%s)(?::%s)?' % (NAME, IPV6, PORT), 'a host name')
header = values.matching(r'[A-Za-z][A-Za-z0-9-]{0,63}', 'the name of a response header')
system_user = values.matching(r'[a-z_][a-z0-9_.-]{0,31}', 'a user name')
endpoint = values.matching(r'https?://(?:%s|%s):%s' % (NAME, IPV6, PORT), 'an endpoint such as http://127.0.0.1:2379')
aws_region = values.matching(r'[a-z]{2,5}(?:-[a-z]+){1,3}-[0-9]{1,2}', 'a region such as eu-central-1')
aws_endpoint = values.matching(
    r'https://(?:%s|%s)(?::%s)?|http://(?:127\.0\.0\.1|localhost|\[::1\]):%s' % (NAME, IPV6, PORT, PORT),
    'an endpoint such as https://vpce-1.ssm.eu-central-1.vpce.amazonaws.com (http only on this host)')
aws_metadata = values.matching(
    r'http://(?:169\.254\.169\.254|\[fd00:ec2::254\]|(?:127\.0\.0\.1|\[::1\]):%s)' % PORT,
    'http://169.254.169.254 or http://[fd00:ec2::254]')
secret_id = values.matching(r'(?:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}',
                            'the name or the ARN of a secret')
etcd_user = values.matching(r'[A-Za-z0-9_.@-]{1,128}', 'a user name')
role = values.matching(r'[a-z0-9][a-z0-9_-]{0,39}', 'a role (a-z, 0-9, - and _)')
stop_signal = values.matching(r'SIG(?:TERM|INT|QUIT|HUP|USR1|USR2|TSTP|WINCH|ABRT|ALRM|CONT)',
                              'a signal such as SIGTERM, SIGINT, SIGQUIT or SIGUSR1')
timezone = values.matching(ZONE, 'a time zone such as Asia/Tokyo')
word = values.matching(r'[A-Za-z0-9_./:=@%+,-]{1,200}', 'a word (no quotes, no shell)')


def server_name(text):
    if len(text) > 253 or not (text == '_' or re.fullmatch(r'(\*\.|\.)?' + NAME, text)):
        raise ValueError('%s is not a host name (*.example.com is one, a regular expression is not)' % shown(text))
    return text.lower()


def listen(text):
    text = re.sub(r'[ \t]+', ' ', text)
    match = LISTEN.fullmatch(text)
    if not match or not 1 <= int(match.group(2)) <= 65535:
        raise ValueError("%s is not 'port' or 'address:port', with or without parameters such as ssl" % shown(text))
    for each in match.group(3).split():
        if each not in LISTEN_WORDS and not LISTEN_VALUES.fullmatch(each):
            raise ValueError('%s is not a parameter of listen that nginx knows' % shown(each))
    return text


def ip_network(text):
    """Reads an IP address or a network in CIDR notation; a network that holds every address is refused."""
    import ipaddress  # few definitions name networks
    try:
        read = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError('%s is not an IP address or a network such as 10.0.0.0/16' % shown(text)) from None
    if read.prefixlen == 0:
        raise ValueError('%s trusts every client, and clients could claim any address; name the networks of the '
                         'load balancer' % shown(text))
    return str(read)


def balancer_listen(text):
    """Reads `8081` or `10.0.0.5:8081`, with or without `default_server`, which holds in any case."""
    match = BALANCER_LISTEN.fullmatch(re.sub(r'[ \t]+', ' ', text))
    if not match or not 1 <= int(match.group(2)) <= 65535:
        raise ValueError("%s is not 'port' or 'address:port' (a balancer asks over plain HTTP)" % shown(text))
    return match.group(1)


def balancer_path(text):
    if not re.fullmatch(r'/[A-Za-z0-9._~/-]{1,200}', text) or {'.', '..'}.intersection(text.split('/')):
        raise ValueError("%s is not a path such as /healthz" % shown(text))
    if text.startswith('/.deployctl/'):
        raise ValueError('%s belongs to deployctl-host itself' % shown(text))
    return text


def probe_header(text):
    """Reads `Name: value`, a header of a request."""
    match = re.fullmatch(r'([A-Za-z][A-Za-z0-9-]{0,63}):[ \t]*([\x20-\x7e]{1,500})', text)
    if not match:
        raise ValueError("%s is not a header such as 'X-Forwarded-Proto: https'" % shown(text))
    if match.group(1).lower() in PROBE_HEADERS:
        raise ValueError('%s is set by the probe itself%s' % (
            match.group(1), ' ([health] host names the Host)' if match.group(1).lower() == 'host' else ''))
    return match.groups()


def hsts(text):
    """Reads a time such as 180d; `0s` makes browsers forget an earlier one."""
    match = re.fullmatch(r'([0-9]{1,4})d', text)
    if not match:
        try:
            return values.duration(0, HSTS_LIMIT)(text)
        except ValueError:
            raise ValueError('%s is not a time such as 180d or 1h, of at most two years' % shown(text)) from None
    if int(match.group(1)) * DAY > HSTS_LIMIT:
        raise ValueError('%s is more than two years' % shown(text))
    return int(match.group(1)) * DAY


def repository(text):
    match = REPOSITORY.fullmatch(text)
    registry = match.group('registry') if match else ''
    if len(text) > 255 or not ('.' in registry or ':' in registry or registry == 'localhost'):
        raise ValueError("%s is not a repository with its registry and without tag, such as registry.example.com/blog "
                         'or docker.io/library/nginx' % shown(text))
    return text


def command(text):
    words = text.split()
    for position, each in enumerate(words):
        if not (each == '*' and 0 < position == len(words) - 1):
            word(each)
    return tuple(words)


def fixed_command(text):
    """Reads a command that is run as it is, without further arguments."""
    words = command(text)
    if words[-1] == '*' and len(words) > 1:
        raise ValueError('a final * has no meaning here: nobody adds arguments')
    return words


def process_health(text):
    """Reads `running 10s`, `docker` or `exec WORDS`."""
    kind, _, rest = text.partition(' ')
    if kind == 'running':
        return {'type': kind, 'seconds': values.duration(0, HOUR)(rest.strip() or '10s')}
    if kind == 'docker' and not rest:
        return {'type': kind}
    if kind == 'exec' and rest.strip():
        return {'type': kind, 'words': fixed_command(rest)}
    raise ValueError("%s is not 'running 10s', 'docker' or 'exec COMMAND'" % shown(text))


def directory(text):
    """Reads the path of a directory, without a '/' at its end; that of everything is refused."""
    read = values.path(text).rstrip('/')
    if not read or any(part in ('', '.') for part in read[1:].split('/')):
        raise ValueError('%s is not the path of a directory such as /app/public/assets' % shown(text))
    return read


def url_prefix(text):
    if not re.fullmatch(r'/(?:[A-Za-z0-9._~-]+/)+', text) or {'.', '..'}.intersection(text.split('/')):
        raise ValueError("%s is not a path such as /assets/, which begins and ends with '/'" % shown(text))
    if text.startswith('/.deployctl/'):
        raise ValueError('%s belongs to deployctl-host itself' % shown(text))
    return text


def status_range(text):
    match = re.fullmatch(r'([1-5][0-9][0-9])(?:[ ]*-[ ]*([1-5][0-9][0-9]))?', text)
    low, high = (int(match.group(1)), int(match.group(2) or match.group(1))) if match else (1, 0)
    if low > high:
        raise ValueError('%s is not a status or a range of them, such as 200-299' % shown(text))
    return (low, high)


def port_range(text):
    match = re.fullmatch(r'([0-9]{4,5})[ ]*-[ ]*([0-9]{4,5})', text)
    low, high = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
    if not 1024 <= low < high <= 65535:
        raise ValueError('%s is not a range of ports from 1024 to 65535, such as 18000-18999' % shown(text))
    return (low, high)


def etcd_root(text):
    if not re.fullmatch(r'/(?:[A-Za-z0-9._@-]+/)+', text) or '..' in text.split('/'):
        hint = '' if text.endswith('/') else " (it must end in '/', or web would also read web2)"
        raise ValueError('%s is not an etcd prefix such as /deploy/apps/blog/env/%s' % (shown(text), hint))
    return text


def parameter_path(text):
    if not re.fullmatch(r'/(?:[A-Za-z0-9._-]+/){1,14}', text) or '..' in text.split('/'):
        hint = '' if text.endswith('/') else " (it must end in '/')"
        raise ValueError('%s is not the path of parameters, such as /blog/production/%s' % (shown(text), hint))
    return text


def denied_name(text):
    values.env_name(text)
    if not denied(text):
        raise ValueError('%s need not be allowed; only PATH, HOSTNAME and LD_... must be' % shown(text))
    return text


def capability(text):
    name = text[4:] if text.startswith('CAP_') else text
    if name != 'ALL' and name not in CAPABILITIES:
        raise ValueError('%s is not the name of a Linux capability' % shown(text))
    return name


def volume(name, text):
    parts = text.split(':')
    if len(parts) not in (2, 3) or parts[2:] not in ([], ['ro'], ['rw']):
        raise ValueError('%s is not /host/path:/container/path, with :ro or without' % shown(text))
    inside = values.path(parts[1]).rstrip('/')
    if not inside:
        raise ValueError('a volume cannot cover the root of the container')
    return Volume(name, values.path(parts[0]), inside, parts[2:] == ['ro'])
