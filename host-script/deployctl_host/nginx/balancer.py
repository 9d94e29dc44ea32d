"""Generates the server that tells load balancers whether this host wants requests.

nginx answers by itself, whatever Host header is sent: 200, or 503 while the flag of a drained host exists. It looks for
that file at each request, so that a drain needs no reload, and holds from the first moment after a reboot.
"""

from . import access_log

# An app's file is deployctl-<app>.conf, so no app can have this one. The same goes for variables with '__'.
FILE = 'deployctl_balancer.conf'
LOG = 'deployctl_balancer.log'
# For this host alone: which text nginx has loaded, and its connections.
LOADED = '/.deployctl/balancer'
CONNECTIONS = '/.deployctl/connections'
READY, DRAINED = 'ready', 'drained'


def path_of(config):
    return '%s/%s' % (config.conf_dir, FILE)


def log_path():
    return '%s/%s' % (access_log.DIRECTORY, LOG)


def render(balancer, flag):
    """Returns the whole file; `flag` is the path of the file that exists while the host is drained."""
    networks = ''
    if balancer.networks:
        networks = NETWORKS % '\n'.join('    %s 1;' % each for each in balancer.networks)
    parts = {'listen': '\n'.join('    listen %s default_server;' % each for each in balancer.listen),
             'path': balancer.path, 'flag': flag, 'log': log_path(), 'networks': networks,
             'closed': CLOSED if networks else '', 'ready': READY, 'drained': DRAINED,
             'loaded': LOADED, 'connections': CONNECTIONS, 'name': 'NAME'}
    return TEXT % dict(parts, name=name(TEXT % parts))


def name(text):
    """Returns a short hash of a text, by which the loaded configuration is recognised."""
    import hashlib  # most calls do without
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def active(told):
    """Returns how many requests nginx has in hand, from the text of its stub_status, without the one that asked."""
    words = told.split()
    try:
        return max(0, int(words[words.index('Reading:') + 1]) + int(words[words.index('Writing:') + 1]) - 1)
    except (ValueError, IndexError):
        return None


NETWORKS = """\
geo $remote_addr $deployctl__may_ask {
    default 0;
    127.0.0.0/8 1;
    ::1/128 1;
%s
}

map "$deployctl__may_ask$deployctl__from_here" $deployctl__refused {
    default 0;
    00 1;
}

"""

CLOSED = """\
        if ($deployctl__refused) {
            return 403;
        }
"""

TEXT = """\
# Written by deployctl-host from [balancer] of host.conf. Changes made by hand are lost.

log_format deployctl__balancer escape=json
    '{"msec":$msec,"remote":"$remote_addr","status":$status,"agent":"$http_user_agent"}';

# A client on this host that connects to one of the host's addresses has that same address itself.
map "$remote_addr $server_addr" $deployctl__from_here {
    default 0;
    "~^([0-9a-f.:]+) \\1$" 1;
}

%(networks)sserver {
%(listen)s
    server_name _;
    access_log off;
    # The answer must not outlive the file.
    open_file_cache off;

    location = %(path)s {
        access_log %(log)s deployctl__balancer;
        default_type text/plain;
        add_header Cache-Control no-store always;
%(closed)s        if (-f %(flag)s) {
            return 503 "%(drained)s\\n";
        }
        return 200 "%(ready)s\\n";
    }

    location = %(loaded)s {
        default_type text/plain;
        if ($deployctl__from_here = 0) {
            return 404;
        }
        return 200 "%(name)s\\n";
    }

    location = %(connections)s {
        if ($deployctl__from_here = 0) {
            return 404;
        }
        stub_status;
    }

    location / {
        return 404;
    }
}
"""
