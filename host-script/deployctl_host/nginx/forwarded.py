"""The forwarding headers of a virtual host: which client, scheme and port the app is told.

Without trusted proxies nginx's own view counts, and what a client claims in X-Forwarded-Proto is overwritten. Behind a
load balancer that ends TLS, nginx itself sees plain HTTP from the balancer's address: its networks are named in
`[vhost] trusted-proxies`, and for requests from there alone the balancer's headers count.
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


def of(networks: Tuple[str, ...], var: str) -> Forwarded:
    """Returns what a virtual host needs to trust these networks; `var` is the app's part in names of variables."""
    if not networks:
        return Forwarded()
    prefix = '$deployctl_' + var
    return Forwarded(
        scheme=prefix + '_scheme', port=prefix + '_port', chain=prefix + '_chain', peer='$realip_remote_addr',
        maps=MAPS % {'var': var, 'networks': '\n'.join('    %s 1;' % each for each in networks)},
        server=''.join('    set_real_ip_from %s;\n' % each for each in networks) + REAL_IP)


MAPS = """\
# Requests of trusted proxies: their headers tell the client's address, scheme and port. Nobody else's do.
geo $realip_remote_addr $deployctl_%(var)s_trusted {
    default 0;
%(networks)s
}

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

REAL_IP = """\
    real_ip_header X-Forwarded-For;
    real_ip_recursive on;
"""
