"""Steps `switch` and `verify`: users go to the new release from one instant on, and it is seen that they do."""

import time
from typing import Optional

from .. import health, sockets
from ..errors import HostError
from ..nginx import vhost
from . import release, traffic, wellness

VERIFY_DEADLINE = 10.0
PROOFS = 5
PAUSE = 0.1
SAMPLE = 0.002


def switch(transaction):
    with transaction.step('switch'):
        transaction.switching = True
        record = transaction.new
        text = traffic.text_for(transaction, record)
        transaction.record.keep_vhost(traffic.on_disk(transaction))
        transaction.mark('switch', 'kept', pointed=transaction.state.pointed_at())
        reloaded = traffic.lead(transaction, record, text)
        transaction.emit('switched', mode=record['mode'], reload=reloaded)


def verify(transaction):
    """Proof, not hope: an answer through nginx that the new release is seen to have given."""
    with transaction.step('verify'):
        if transaction.closed == 'stopped':
            _closed(transaction)
        elif transaction.new['mode'] == 'socket':
            _seen_on_socket(transaction)
        else:
            _named_by_nginx(transaction)
        if transaction.definition.health.min_healthy:
            wellness.stay_healthy(transaction, transaction.definition.health.min_healthy)


def _seen_on_socket(transaction):
    """A probe through nginx is answered well while a connection is open on the new release's socket.

    For a second after the switch nginx may still use a pooled connection to the old release, so it is tried until
    seen. An nginx that is too old for that pool closes each connection at once, too soon to be sure to see it; but it
    resolves the symlink anew for each, so several good answers in a row are as good.
    """
    paths = release.addresses(transaction.state, transaction.new)
    wanted = transaction.definition.health
    question = _of_users(transaction, wanted.path if wanted.type == 'http' else '/')
    if wanted.type != 'http':
        question.expect = ((100, 499), (500, 501))
    deadline = time.monotonic() + VERIFY_DEADLINE
    reached, good = False, 0
    while True:
        running = health.Running(question, transaction.identity)
        seen: Optional[health.Seen] = None
        while seen is None:
            reached = reached or sockets.accepted(paths) > 0
            seen = running.poll(SAMPLE)
        reached = reached or sockets.accepted(paths) > 0
        good = good + 1 if seen.ok else 0
        if seen.ok and (reached or good >= PROOFS and transaction.settings.version < vhost.KEEPALIVE_TIME_SINCE):
            return
        if time.monotonic() >= deadline:
            raise _unproved(question, seen, 'no connection of nginx was seen on its socket' if seen.ok else None)
        time.sleep(PAUSE)


def _named_by_nginx(transaction):
    """Several new connections in a row are told the new release by the configuration that serves them."""
    question = through_nginx(transaction.definition, vhost.PROOF)
    question.body = transaction.new['release']
    deadline = time.monotonic() + VERIFY_DEADLINE
    proofs = 0
    while proofs < PROOFS:
        seen = health.ask_all([question], transaction.identity)[0]
        proofs = proofs + 1 if seen.ok else 0
        if not seen.ok:
            if time.monotonic() >= deadline:
                raise _unproved(question, seen, None)
            time.sleep(PAUSE)
    _answers_through_nginx(transaction, deadline)


def _closed(transaction):
    """Users of a stopped app are told so, by new workers."""
    question = through_nginx(transaction.definition, '/')
    question.expect = ((503, 503),)
    _until_well(question, transaction, time.monotonic() + VERIFY_DEADLINE)


def _of_users(transaction, path):
    """A user's question; in maintenance, by the way that is left open for it."""
    return through_nginx(transaction.definition, vhost.THROUGH + path if transaction.closed else path)


def _until_well(question, transaction, deadline):
    while True:
        seen = health.ask_all([question], transaction.identity)[0]
        if seen.ok:
            return
        if time.monotonic() >= deadline:
            raise _unproved(question, seen, None)
        time.sleep(PAUSE)


def _answers_through_nginx(transaction, deadline):
    wanted = transaction.definition.health
    if wanted.type != 'http':
        return
    _until_well(_of_users(transaction, wanted.path), transaction, deadline)


def _unproved(question, seen, more):
    told = 'GET %s through nginx: %s in %d ms' % (question.path, seen.saw, seen.ms)
    return HostError('release-failed', 'the switch could not be proved in %g s: %s' % (VERIFY_DEADLINE, more or told),
                     hint='does another virtual host or a redirect answer for %s?' % question.host,
                     verdict={'probe': told, 'container': None, 'lines': []})


def through_nginx(definition, path):
    """The question that a user of this app would ask, from this host."""
    words = definition.vhost.listen[0].split()
    return health.Question('http', listener(words[0]), definition.health.timeout, path, server_name(definition),
                           definition.health.expect, tls='ssl' in words[1:], proxy='proxy_protocol' in words[1:])


def listener(listen):
    """Where to connect to reach an nginx `listen`: (host, port), or a path."""
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
    """A host name that nginx takes to this app's virtual host."""
    for name in definition.vhost.server_name:
        if name.startswith('*.'):
            return 'deployctl-probe' + name[1:]
        if name.startswith('.'):
            return name[1:]
        if name[0] not in '~_' and not name.endswith('.*'):
            return name
    return definition.health.host
