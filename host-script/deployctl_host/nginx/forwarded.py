"""The forwarding headers of a virtual host: which client, scheme and port the app is told.

Without trusted proxies nginx's own view counts, and what a client claims in X-Forwarded-Proto is overwritten. Behind a
load balancer that ends TLS, nginx itself sees plain HTTP from the balancer's address: its networks are named in
`[vhost] trusted-proxies`, and for requests from there alone the balancer's headers count. With `forwarded = trust` the
app gets the balancer's headers as they are, and nothing at all of what other clients claim.
"""

from typing import NamedTuple, Tuple


class Forwarded(NamedTuple):
    """Values of headers, and the text that they need outside and inside the server block."""

    scheme: str = '$scheme'
    port: str = '$server_port'
    chain: str = '$proxy_add_x_forwarded_for'
    peer: str = '$remote_addr'  # who connected to nginx, whatever headers say
    maps: str = ''
    server: str = ''
    dropped: Tuple[str, ...] = ()  # headers that no request passes on
    own: bool = False  # whether the maps need the variable that tells requests of this host itself


# Other names of what X-Forwarded-* tell. Frameworks read them too, some of them first, and no balancer overwrites them.
ALIASES = ('Forwarded', 'X-Forwarded-Scheme', 'X-Forwarded-Ssl', 'X-Forwarded-Protocol', 'Client-IP')


def of(networks: Tuple[str, ...], var: str, passed=False) -> Forwarded:
    """Returns what a virtual host needs to trust these networks; `var` is the app's part in names of variables.

    With `passed` the app gets the headers of these networks unchanged.
    """
    if not networks:
        return Forwarded()
    prefix = '$deployctl_' + var
    parts = {'var': var, 'networks': '\n'.join('    %s 1;' % each for each in networks)}
    return Forwarded(
        scheme=prefix + '_scheme', port=prefix + '_port', chain=prefix + '_chain', peer='$realip_remote_addr',
        maps=(TRUSTED + (PASSED if passed else MAPS)) % parts,
        server=''.join('    set_real_ip_from %s;\n' % each for each in networks) + REAL_IP,
        dropped=ALIASES if passed else (), own=passed)


def headers(forwarded: Forwarded) -> str:
    """Returns the directives that tell the app of client, scheme and port."""
    return HEADERS % forwarded._asdict() + ''.join(
        "        proxy_set_header %s '';\n" % name for name in forwarded.dropped)


HEADERS = """\
        proxy_set_header X-Forwarded-For %(chain)s;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Port %(port)s;
        proxy_set_header X-Forwarded-Proto %(scheme)s;
"""

TRUSTED = """\
# Requests of trusted proxies: their headers tell the client's address, scheme and port. Nobody else's do.
geo $realip_remote_addr $deployctl_%(var)s_trusted {
    default 0;
%(networks)s
}

"""

MAPS = """\
map "$deployctl_%(var)s_trusted:$http_x_forwarded_proto" $deployctl_%(var)s_scheme {
    default $scheme;
    "~*^1:https$" https;
    "~*^1:http$" http;
}

map "$deployctl_%(var)s_trusted:$http_x_forwarded_port" $deployctl_%(var)s_port {
    default $server_port;
    "~^1:([0-9]{1,5})$" $1;
}

map $http_x_forwarded_for $deployctl_%(var)s_chain {
    default "$http_x_forwarded_for, $realip_remote_addr";
    '' $realip_remote_addr;
}

"""

# A probe that this host sends through nginx is the last one here; it may name a scheme, as the balancer would.
PASSED = """\
map "$deployctl_%(var)s_trusted$deployctl_%(var)s_own:$http_x_forwarded_proto" $deployctl_%(var)s_scheme {
    default $scheme;
    "~*^(?:1.|01):https$" https;
    "~*^(?:1.|01):http$" http;
}

map "$deployctl_%(var)s_trusted:$http_x_forwarded_port" $deployctl_%(var)s_port {
    default $server_port;
    "~^1:([0-9]{1,5})$" $1;
}

map "$deployctl_%(var)s_trusted:$http_x_forwarded_for" $deployctl_%(var)s_chain {
    default $realip_remote_addr;
    "~^1:(.+)$" $1;
}

"""

REAL_IP = """\
    real_ip_header X-Forwarded-For;
    real_ip_recursive on;
"""
