"""The directives of a virtual host that keep its users on HTTPS: a redirect, and Strict-Transport-Security."""

from typing import NamedTuple

HTTPS_PORT = '443'


class Https(NamedTuple):
    """The text that they need outside the server block, inside it, and where requests are passed to the app."""

    maps: str = ''
    redirect: str = ''
    hsts: str = ''
    proxy: str = ''
    own: bool = False  # whether the maps need the variable that tells requests of this host itself


def of(vhost, forwarded, var) -> Https:
    """Returns what a virtual host needs; `forwarded` are its forwarding headers, `var` the app's part of variables."""
    parts = {'var': var, 'scheme': forwarded.scheme, 'place': '$host' + port_of(vhost),
             'age': '%d' % vhost.hsts}
    maps = redirect = hsts = proxy = ''
    if vhost.redirect:
        maps += (REDIRECT_TRUSTED if vhost.trusted_proxies else REDIRECT_MAP) % parts
        redirect = REDIRECT % parts
    if vhost.hsts >= 0:
        maps += HSTS_MAP % parts
        hsts = HSTS % parts
        proxy = HSTS_PROXY
    return Https(maps, redirect, hsts, proxy, own=bool(vhost.redirect))


def port_of(vhost):
    """Returns ':PORT' where HTTPS is answered by nginx itself on another port than that of HTTPS, else ''."""
    ports = [listen.split()[0].rpartition(':')[2] for listen in vhost.listen if 'ssl' in listen.split()[1:]]
    return '' if vhost.trusted_proxies or not ports or HTTPS_PORT in ports else ':' + ports[0]


# Requests of this host's own probes go through, so that a switch can be verified.
REDIRECT_MAP = """\
map "$deployctl_%(var)s_own:$scheme:$request_method" $deployctl_%(var)s_redirect {
    default '';
    "~^0:http:(?:GET|HEAD)$" 301;
    "~^0:http:" 308;
}

"""

# A balancer that does not name the scheme may have ended TLS: a redirect could go on for ever.
REDIRECT_TRUSTED = """\
map "$deployctl_%(var)s_own$deployctl_%(var)s_trusted:$http_x_forwarded_proto:$scheme:$request_method" \
$deployctl_%(var)s_redirect {
    default '';
    "~*^01:http:[a-z]+:(?:GET|HEAD)$" 301;
    "~*^01:http:[a-z]+:[^:]+$" 308;
    "~^00:.*:http:(?:GET|HEAD)$" 301;
    "~^00:.*:http:[^:]+$" 308;
}

"""

REDIRECT = """\
    if ($deployctl_%(var)s_redirect = 301) {
        return 301 https://%(place)s$request_uri;
    }
    if ($deployctl_%(var)s_redirect = 308) {
        return 308 https://%(place)s$request_uri;
    }
"""

# A header that an answer over plain HTTP had would be ignored; nginx leaves out one without a value.
HSTS_MAP = """\
map %(scheme)s $deployctl_%(var)s_hsts {
    default '';
    https max-age=%(age)s;
}

"""

HSTS = """\
    add_header Strict-Transport-Security $deployctl_%(var)s_hsts always;
"""

HSTS_PROXY = """\
        proxy_hide_header Strict-Transport-Security;
"""
