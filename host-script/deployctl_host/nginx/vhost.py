"""Generates an app's virtual host, from the operator's definition and the script's own values only."""

import re

from .. import regex
from ..errors import HostError
from . import assets, forwarded, https, preview as previews

# Since this version nginx can limit the age of a pooled upstream connection, so a pool cannot keep an old release.
KEEPALIVE_TIME_SINCE = (1, 19, 10)
# A connection returns to the pool within a second of its creation and is closed within a second after that.
POOL_LIFE = 2.0
PROOF = '/.deployctl/release'
# nginx's hash of variables holds names of up to 46 characters by default.
VARIABLE_PART = 24
# Leads the script's own probes to the app while everybody else gets the 503 page.
THROUGH = '/.deployctl/through'
MARK = regex.lazy(r'^# deployctl: mode=(socket|port)(?: release=([0-9]{8}-[0-9]{6}-[0-9a-f]{6}))?'
                  r'(?: closed=(maintenance|stopped))?$', re.MULTILINE)
FILE = regex.lazy(r'deployctl-([a-z][a-z0-9-]{0,39})\.conf')
RETRY_AFTER = 60
WORDS = {'maintenance': 'Down for maintenance', 'stopped': 'Not in service'}


def path_of(config, app):
    return '%s/deployctl-%s.conf' % (config.conf_dir, app)


def read(config, app):
    """Returns the virtual host's current text, '' if there is none."""
    return read_bytes(config, app).decode('utf-8', 'replace')


def read_bytes(config, app):
    """Returns the virtual host's current bytes."""
    try:
        with open(path_of(config, app), 'rb') as source:
            return source.read(1024 * 1024)
    except OSError:
        return b''


def parse_mark(text):
    """Returns (mode, release) of a generated virtual host; release is None in socket mode. (None, None) for any other
    text.
    """
    found = MARK.search(text or '')
    return found.groups()[:2] if found else (None, None)


def parse_closed(text):
    """Returns why a virtual host answers 503 to everybody ('maintenance', 'stopped'); None if it does not."""
    found = MARK.search(text or '')
    return found.group(3) if found else None


def variable(app):
    """Returns the app's part of nginx variable names: its name, or a shorter unique text for a long name."""
    plain = app.replace('-', '_')
    if len(plain) <= VARIABLE_PART:
        return plain
    import hashlib  # imported here because few names are that long
    return '%s_%s' % (plain[:VARIABLE_PART - 9], hashlib.sha256(app.encode()).hexdigest()[:8])


def socket_servers(current, instances):
    return ['unix:%s/%d.sock' % (current, instance) for instance in range(1, instances + 1)]


def port_servers(ports):
    return ['127.0.0.1:%d' % port for port in ports]


def render(definition, version, mode, release, servers, closed=None, served=None, preview=None):
    """Returns the whole file. In socket mode it is the same for every release, so a switch needs no reload.

    With `closed` ('maintenance', 'stopped') everybody but the script's own probes gets a 503. `served` is None, or the
    directory of the app's assets and the number of their links. `preview` is None, or the way to a held release.
    """
    var = variable(definition.app)
    proxies = forwarded.of(definition.vhost.trusted_proxies, var, definition.vhost.forwarded == 'trust')
    secure = https.of(definition.vhost, proxies, var)
    names = {
        'app': definition.app, 'var': var, 'mode': mode,
        'mark': 'mode=%s' % mode + (' release=%s' % release if mode == 'port' else '') + (
            ' closed=%s' % closed if closed else ''),
        'servers': '\n'.join('    server %s max_fails=0;' % server for server in servers),
        'pool': POOL if version >= KEEPALIVE_TIME_SINCE else '',
        'listen': '\n'.join('    listen %s;' % listen for listen in definition.vhost.listen),
        'names': ' '.join(definition.vhost.server_name),
        'tls': _tls(definition.vhost),
        'body': _size(definition.vhost.client_max_body_size),
        'timeout': '%dms' % round(definition.vhost.read_timeout * 1000),
        'proof': PROOF_BLOCK % (var, release) if mode == 'port' else '',
        'proof_map': (PROOF_MAP % (proxies.peer, var) if mode == 'port' else '') + (
            CLOSED_MAP % (proxies.peer, var) if closed else ''),
        'proxies': (OWN_MAP % (proxies.peer, var) if proxies.own or secure.own else '') + proxies.maps + secure.maps,
        'real_ip': proxies.server, 'scheme': proxies.scheme, 'forwarded': forwarded.headers(proxies),
        'redirect': secure.redirect, 'hsts': secure.hsts, 'secure': secure.proxy,
        'closed': CLOSED_BLOCK % {'var': var, 'app': definition.app, 'seconds': RETRY_AFTER,
                                  'words': WORDS[closed]} if closed else '',
    }
    way = previews.directives(preview, var, PROXY % names, definition.assets.url if served else '')
    names.update(preview=way.server, preview_maps=way.maps)
    names['proxy'] = PASS % names + PROXY % names + way.headers
    names['assets'] = assets.location(definition.assets.url, served, names['proxy']) if served else ''
    return HEAD % names + (_own(definition.vhost.template, names) if definition.vhost.template else SERVER % names)


def _own(path, names):
    """Returns an operator's template with its @MARKS@ filled in, in place of the built-in server block."""
    from .. import trust
    try:
        text = trust.read(path).decode('utf-8')
    except FileNotFoundError:
        raise HostError('definition', 'there is no virtual host template %s' % path) from None
    except UnicodeDecodeError:
        raise HostError('definition', '%s is not UTF-8' % path) from None
    if '@UPSTREAM@' not in text:
        raise HostError('definition', '%s passes no requests to the app: it does not contain @UPSTREAM@' % path,
                        hint='proxy_pass http://@UPSTREAM@;')
    if names['mode'] == 'port' and '@PROOF@' not in text:
        raise HostError('definition', '%s has no @PROOF@, which port mode needs to prove a switch' % path,
                        hint='add a line @PROOF@ to its server block')
    if names['closed'] and '@CLOSED@' not in text:
        raise HostError('definition', '%s has no @CLOSED@, where the 503 page of maintenance and stop goes' % path,
                        hint='add a line @CLOSED@ to its server block')
    for mark, key, wanted in (('@REDIRECT@', 'redirect', names['redirect']), ('@HSTS@', 'hsts', names['hsts'])):
        if wanted and mark not in text:
            raise HostError('definition', '%s has no %s, where what [vhost] %s asks for goes' % (path, mark, key),
                            hint='add a line %s to its server block, or leave the key out' % mark)
    if names['preview'] and '@PREVIEW@' not in text:
        raise HostError('definition', '%s has no @PREVIEW@, where what [vhost] preview asks for goes' % path,
                        hint='add a line @PREVIEW@ to its server block, or leave the key out')
    marks = {'@UPSTREAM@': 'deployctl-' + names['app'], '@CONNECTION@': '$deployctl_%s_connection' % names['var'],
             '@SERVER_NAME@': names['names'], '@LISTEN@': names['listen'].strip(), '@PROOF@': names['proof'],
             '@CLOSED@': names['closed'], '@SCHEME@': names['scheme'], '@REAL_IP@': names['real_ip'].strip(),
             '@ASSETS@': names['assets'], '@PREVIEW@': names['preview'], '@FORWARDED@': names['forwarded'].strip(),
             '@REDIRECT@': names['redirect'].strip(), '@HSTS@': names['hsts'].strip()}
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def _tls(vhost):
    if not vhost.certificate:
        return ''
    return '    ssl_certificate %s;\n    ssl_certificate_key %s;\n' % (vhost.certificate, vhost.certificate_key)


def _size(count):
    return '%dk' % (count // 1024) if count % 1024 == 0 else str(count)


POOL = """\
    # Kept alive for a second at most: after a switch nothing reaches the old release any more when that second is over.
    keepalive 16;
    keepalive_time 1s;
    keepalive_timeout 1s;
"""

HEAD = """\
# Written by deployctl-host for the app %(app)s. Changes made by hand are lost: change the app's definition.
# deployctl: %(mark)s

upstream deployctl-%(app)s {
    # Never set aside for a failure: a refused connection goes to the next instance at once and costs nothing, while
    # all instances set aside together would be an outage.
%(servers)s
%(pool)s}

map $http_upgrade $deployctl_%(var)s_connection {
    default upgrade;
    '' '';
}

%(proxies)s%(proof_map)s%(preview_maps)slog_format deployctl_%(var)s escape=json
    '{"ts":"$time_iso8601","msec":$msec,"app":"%(app)s","remote":"$remote_addr","host":"$host",'
    '"method":"$request_method","uri":"$request_uri","status":$status,"bytes":$body_bytes_sent,'
    '"seconds":$request_time,"upstream":"$upstream_addr","upstream_status":"$upstream_status",'
    '"upstream_seconds":"$upstream_response_time","agent":"$http_user_agent"}';

"""

PASS = """\
        proxy_pass http://deployctl-%(app)s;
"""

PROXY = """\
        proxy_http_version 1.1;
        proxy_set_header Connection $deployctl_%(var)s_connection;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Host $host;
        proxy_set_header X-Real-IP $remote_addr;
%(forwarded)s%(secure)s        proxy_connect_timeout 5s;
        proxy_read_timeout %(timeout)s;
        proxy_send_timeout %(timeout)s;
"""

SERVER = """\
server {
%(listen)s
    server_name %(names)s;
%(tls)s%(real_ip)s%(hsts)s%(redirect)s
    client_max_body_size %(body)s;
    access_log /var/log/nginx/deployctl-%(app)s.log deployctl_%(var)s;

%(preview)s%(closed)s%(proof)s%(assets)s    location / {
%(proxy)s    }
}
"""

# A client on this host that connects to one of the host's addresses has that same address itself.
OWN_MAP = """\
# Requests that deployctl-host itself sends through nginx.
map "%s $server_addr $http_user_agent" $deployctl_%s_own {
    default 0;
    "~^([0-9a-f.:]+) \\1 deployctl-host$" 1;
}

"""

PROOF_MAP = """\
map "%s $server_addr" $deployctl_%s_from_here {
    default 0;
    "~^([0-9a-f.:]+) \\1$" 1;
}

"""

CLOSED_MAP = """\
map "%s $server_addr $uri" $deployctl_%s_closed {
    default 1;
    "~^([0-9a-f.:]+) \\1 /\\.deployctl/" 0;
}

"""

CLOSED_BLOCK = """\
    # Closed: everybody is told to come back later, but this host's own probes, which see whether the app is well.
    error_page 503 @deployctl_closed;
    if ($deployctl_%(var)s_closed) {
        return 503;
    }
    location @deployctl_closed {
        default_type text/html;
        add_header Retry-After %(seconds)d always;
        add_header Cache-Control no-store always;
        return 503 "<!doctype html><title>%(words)s</title><h1>%(words)s</h1><p>Please try again in a moment.</p>\\n";
    }
    location /.deployctl/through/ {
        access_log off;
        proxy_pass http://deployctl-%(app)s/;
        proxy_http_version 1.1;
        proxy_set_header Connection '';
        proxy_set_header Host $host;
    }

"""

PROOF_BLOCK = """\
    # Answers from this host alone which release this configuration leads to: how a switch is proved.
    location = /.deployctl/release {
        access_log off;
        default_type text/plain;
        if ($deployctl_%s_from_here = 0) {
            return 404;
        }
        return 200 "%s\\n";
    }

"""
