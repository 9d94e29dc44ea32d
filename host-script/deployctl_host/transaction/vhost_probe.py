"""Probes of an app through nginx, by its virtual host, as its users reach it."""

from .. import probes


def through_nginx(definition, path):
    """Returns the request that a user of this app would send, from this host."""
    words = _way(definition.vhost)
    return probes.Question('http', listener(words[0]), definition.health.timeout, path, server_name(definition),
                           definition.health.expect, tls='ssl' in words[1:], proxy='proxy_protocol' in words[1:],
                           sent=definition.health.headers)


def _way(vhost):
    """Returns the words of the `listen` that users come through: where HTTP leads to HTTPS, one with TLS."""
    ways = [listen.split() for listen in vhost.listen]
    return next((words for words in ways if vhost.redirect and 'ssl' in words[1:]), ways[0])


def listener(listen):
    """Returns where an nginx `listen` is reached: (host, port), or a path."""
    if listen.startswith('unix:'):
        return listen[5:]
    host, colon, port = listen.rpartition(':')
    if not colon:
        host, port = ('', listen) if listen.isdecimal() else (listen, '80')
    elif host.startswith('[') and not host.endswith(']'):
        host, port = listen, '80'
    host = host.strip('[]')
    return ({'': '127.0.0.1', '*': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1'}.get(host, host), int(port))


def server_name(definition):
    """Returns a host name for which nginx chooses the virtual host of this app."""
    for name in definition.vhost.server_name:
        if name.startswith('*.'):
            return 'deployctl-probe' + name[1:]
        if name.startswith('.'):
            return name[1:]
        if name[0] not in '~_' and not name.endswith('.*'):
            return name
    return definition.health.host
