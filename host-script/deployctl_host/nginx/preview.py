"""Generates the directives that lead requests with a token to a held release, and no other request.

The token is in no file of nginx, which everybody can read, and in no log: it is the name of a link in a directory that
root makes and nginx's workers can enter, so that a hold and its end need no reload. nginx only looks for names of 32
hex digits. Another link there leads to the release.
"""

import re
from typing import NamedTuple, Optional, Tuple

HEADER = 'X-Deployctl-Preview'
COOKIE = 'deployctl_preview'
# Requests of a preview are rewritten to this path; nobody can ask for it.
PATH = '/.deployctl/preview'


class Preview(NamedTuple):
    """The way to a held release."""

    directory: str          # of the links
    target: str             # the address of the held release, for `proxy_pass`


class Directives(NamedTuple):
    """The text that a preview needs outside the server block, in it, and where requests are passed to an app."""

    maps: str = ''
    server: str = ''
    headers: str = ''


def directives(preview: Optional[Preview], var: str, proxy: str, assets: str) -> Directives:
    """Returns the directives; empty without a preview.

    `proxy` are the directives that pass a request on, but its destination. `assets` is the URL of files that everybody
    gets from disk, those of the held release among them; '' if there is none.
    """
    if preview is None:
        return Directives()
    names = {'var': var, 'directory': preview.directory, 'path': PATH, 'target': preview.target,
             'others': '^(?!%s)' % re.sub(r'([^A-Za-z0-9/_-])', r'\\\1', assets) if assets else '^'}
    headers = HEADERS % names
    return Directives(MAPS % names, SERVER % dict(names, proxy=proxy + headers), headers)


def is_offered(text: str, preview: Preview, var: str):
    """Returns whether a virtual host leads requests with a token this way."""
    return 'if (-e %s/$deployctl_%s_preview) {' % (preview.directory, var) in text and (
        'proxy_pass http://%s$request_uri;' % preview.target in text)


def address(server_names: Tuple[str, ...], listen: Tuple[str, ...], secure: bool):
    """Returns the address at which users of a virtual host ask, or None where this host does not know it."""
    names = [name for name in server_names if re.fullmatch(r'[A-Za-z0-9][A-Za-z0-9.-]*', name)]
    if not names:
        return None
    ports = [(int(re.sub(r'.*:', '', each.split()[0])), 'ssl' in each.split()[1:]) for each in listen
             if re.search(r'(^|:)[0-9]+( |$)', each)]
    if secure or any(ssl and port == 443 for port, ssl in ports) or not ports:
        return 'https://%s/' % names[0]
    port, ssl = ports[0]
    usual = port == (443 if ssl else 80)
    return '%s://%s%s/' % ('https' if ssl else 'http', names[0], '' if usual else ':%d' % port)


MAPS = """\
# The token of a request for the held release, if it has the form of one.
map "$http_x_deployctl_preview $cookie_deployctl_preview" $deployctl_%(var)s_preview {
    default none;
    "~^([0-9a-f]{32}) " $1;
    "~ ([0-9a-f]{32})$" $1;
}

# What the app gets of the cookies: not the token, which must not be in its log.
map $http_cookie $deployctl_%(var)s_cookies {
    default $http_cookie;
    "~^(|.*?; ?)deployctl_preview=[^;]*(?:; ?|$)(.*)$" $1$2;
}

"""

HEADERS = """\
        proxy_set_header X-Deployctl-Preview '';
        proxy_set_header Cookie $deployctl_%(var)s_cookies;
"""

SERVER = """\
    # A request with the token of the held release reaches that, also while users get a 503 page. No other does.
    open_file_cache off;
    disable_symlinks off;
    if (-e %(directory)s/$deployctl_%(var)s_preview) {
        rewrite %(others)s %(path)s last;
    }
    location = %(path)s {
        internal;
        access_log off;
        proxy_pass http://%(target)s$request_uri;
%(proxy)s    }

"""
