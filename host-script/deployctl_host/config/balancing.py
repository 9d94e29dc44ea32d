"""Reads what concerns load balancers: `[balancer]` of host.conf, and the keys of a definition that trust one."""

from . import keys, values
from .schema import BalancerConfig

MINUTE = 60.0


def read(form):
    """Reads `[balancer]`; None without a `listen`, which nothing else there makes sense without."""
    listen = form.take('balancer', 'listen', values.several(keys.balancer_listen), ())
    default = BalancerConfig(listen)
    found = BalancerConfig(
        listen=listen,
        path=form.take('balancer', 'path', keys.balancer_path, default.path),
        networks=form.take('balancer', 'networks', values.several(keys.ip_network, r'[,\s]+'), ()),
        failures=form.take('balancer', 'failures', values.integer(1, 10), default.failures),
        quiet=form.take('balancer', 'quiet', values.duration(1, 10 * MINUTE), default.quiet))
    if found != default and not form.given('balancer', 'listen'):
        form.wrong('balancer', 'listen', 'is required, but missing')
    return found if listen else None


def check(form, loaded):
    """Checks the keys of a virtual host that need HTTPS, or a balancer that is trusted."""
    vhost = loaded.vhost
    if vhost is None:
        return
    if vhost.forwarded == 'trust' and not vhost.trusted_proxies:
        form.wrong('vhost', 'forwarded', 'trust needs trusted-proxies: the networks of the load balancer, '
                   'whose headers are passed on')
    ends_tls = any('ssl' in listen.split()[1:] for listen in vhost.listen)
    for key, wanted in (('redirect', bool(vhost.redirect)), ('hsts', vhost.hsts >= 0)):
        if wanted and not ends_tls and not vhost.trusted_proxies:
            form.wrong('vhost', key, 'nobody speaks HTTPS here: it needs a listen with ssl, or the trusted-proxies '
                       'that end TLS')
    if loaded.health.headers and loaded.health.type != 'http':
        form.wrong('health', 'headers', 'type = %s sends no request' % loaded.health.type)
