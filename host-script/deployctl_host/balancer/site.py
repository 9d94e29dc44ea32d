"""Keeps nginx's answer to load balancers in line with `[balancer]` of host.conf, and asks for it."""

from .. import files, http_client
from ..errors import HostError
from ..nginx import balancer, candidate, configuration, process
from ..store import drained
from ..transaction import routing, vhost_probe

TIMEOUT = 3.0
LIMIT = 64 * 1024
AGENT = 'deployctl-host'
HINT = 'correct [balancer] in host.conf'
DUPLICATE = ('another file has a default server for that port: take default_server out there (on Debian it is '
             '/etc/nginx/sites-enabled/default), or choose another port for [balancer] listen')


def text_of(host):
    """Returns the bytes of nginx's file as host.conf wants it; None for a host without `[balancer]`."""
    return balancer.render(host.balancer, drained.path()).encode() if host.balancer else None


def check(host):
    """Has nginx check the file that host.conf asks for, unless it is there already, and changes nothing.

    Raises HostError if nginx refuses it.
    """
    if text_of(host) != _read(balancer.path_of(host.nginx)):
        _check(host)


def _check(host):
    text = text_of(host)
    if text is not None:
        with _explained():
            candidate.test(process.Settings(host.nginx), balancer.path_of(host.nginx), (), text)


def align(host):
    """Brings nginx in line with host.conf. Returns whether that changed anything.

    Raises HostError if nginx refuses, with everything as it was.
    """
    path, text = balancer.path_of(host.nginx), text_of(host)
    if text == _read(path) and (text is None or is_loaded(host)):
        return False
    _check(host)
    settings = process.Settings(host.nginx)
    with routing.nginx_lock():
        _replace(settings, path, text)
    return True


def tend(host, warn):
    """Does what `align` does, for calls with another purpose: an error is a warning."""
    try:
        align(host)
    except HostError as problem:
        warn('balancer', 'load balancers are not answered as [balancer] says: %s%s' % (
            problem.message, ' (%s)' % problem.hint if problem.hint else ''))


def is_loaded(host):
    """Returns whether nginx answers with the configuration that host.conf asks for."""
    text = text_of(host)
    told = None if text is None else ask(host, balancer.LOADED)
    if text is None or told is None or told[0] != 200:
        return False
    return ('"%s\\n"' % told[1].strip()).encode() in text


def answer(host):
    """Returns (status, text) of what a load balancer gets, or None if nginx does not answer."""
    return ask(host, host.balancer.path)


def active(host):
    """Returns how many requests nginx has in hand, for all its servers; None if it does not say."""
    told = ask(host, balancer.CONNECTIONS)
    return balancer.active(told[1]) if told and told[0] == 200 else None


def ask(host, path):
    """Returns (status, text), or None."""
    address = vhost_probe.listener(host.balancer.listen[0])
    try:
        with http_client.dial(address, TIMEOUT) as connection:
            found = http_client.ask(connection, 'GET', path, (
                ('Host', 'localhost'), ('User-Agent', AGENT), ('Connection', 'close')), timeout=TIMEOUT)
            return found.status, found.read(LIMIT).decode('utf-8', 'replace')
    except (OSError, http_client.HttpError):
        return None


def _replace(settings, path, text):
    """Replaces the file and reloads nginx; one that does not run reads it when it starts."""
    try:
        master = process.master(settings)
    except HostError:
        master = None
    before, told = _read(path), False
    routing.write(path, text)
    try:
        with _explained():
            configuration.test(settings, path, ())
        if master is not None:
            workers, offset = master.workers(), configuration.log_size(settings)
            told = True
            master.reload()
            routing.await_reload(settings, master, workers, offset)
    except HostError:
        routing.write(path, before)
        if told:
            master.reload()
        raise


def _read(path):
    try:
        return files.read_bytes(path)
    except FileNotFoundError:
        return None


class _explained:
    """Gives an error of nginx about the file the hint that helps."""

    def __enter__(self):
        return self

    def __exit__(self, kind, problem, trace):
        if isinstance(problem, HostError) and problem.kind == 'definition':
            problem.hint = DUPLICATE if 'duplicate default server' in problem.message else HINT
