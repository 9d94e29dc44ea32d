"""Steps `switch` and `verify`: users go to the new release from one instant on, and it is seen that they do."""

import time

from ... import probes, sockets
from ...nginx import vhost
from .. import health_checks, proof, release, routing

VERIFY_DEADLINE = 10.0
PROOFS = 5
PAUSE = 0.1


def switch(transaction):
    with transaction.step('switch'):
        transaction.switching = True
        record = transaction.new
        text = routing.text_for(transaction, record)
        transaction.record.keep_vhost(routing.on_disk(transaction))
        transaction.mark('switch', 'kept', pointed=transaction.state.pointed_at())
        if record['mode'] == 'socket':
            transaction.known = sockets.numbers(release.addresses(transaction.state, record))
        alive = None if _shuts(transaction) else health_checks.watching(transaction).alive
        reloaded = routing.lead(transaction, record, text, alive=alive)
        transaction.led_at, transaction.new_workers = time.monotonic(), reloaded
        transaction.emit('switched', mode=record['mode'], reload=reloaded)


def verify(transaction):
    """Proof, not hope: answers through nginx that the new release alone can have given."""
    with transaction.step('verify'):
        deadline = time.monotonic() + VERIFY_DEADLINE
        if _shuts(transaction):
            _closed(transaction, deadline)
            return
        watch = health_checks.watching(transaction)
        question = _of_users(transaction)
        if transaction.new['mode'] == 'socket':
            judge: proof.Plain = proof.OnSocket(transaction)
        else:
            _named_by_nginx(transaction, deadline, watch)
            judge = proof.Plain(transaction)
        proof.until(question, judge, deadline, PAUSE, judge.needed, watch, proof.PATIENCE)
        if transaction.definition.health.min_healthy and transaction.request['verb'] != 'maintenance':
            health_checks.stay_healthy(transaction, transaction.definition.health.min_healthy)


def _shuts(transaction):
    """Whether users shall meet a closed door; how the release behind it fares is nothing to this then."""
    return transaction.closed == 'stopped' or (
        transaction.request['verb'] == 'maintenance' and transaction.closed == 'maintenance')


def _named_by_nginx(transaction, deadline, watch):
    """Several new connections in a row are told the new release by the configuration that serves them."""
    question = through_nginx(transaction.definition, vhost.PROOF)
    question.body = transaction.new['release']
    proof.until(question, _Unreached(transaction), deadline, PAUSE, PROOFS, watch)


class _Unreached(proof.Plain):
    """nginx itself is asked: no answer of it says that the release was reached."""

    reached = False


def _closed(transaction, deadline):
    """Users of a closed app are told so, by new workers."""
    question = through_nginx(transaction.definition, '/')
    question.expect = ((503, 503),)
    proof.until(question, _Unreached(transaction), deadline, PAUSE)


def _of_users(transaction):
    """A user's question; in maintenance, by the way that is left open for it."""
    wanted = transaction.definition.health
    path = wanted.path if wanted.type == 'http' else '/'
    question = through_nginx(transaction.definition, vhost.THROUGH + path if transaction.closed else path)
    if wanted.type != 'http':
        question.expect = ((100, 499), (500, 501))
    question.told = wanted.release_header if wanted.type == 'http' else None
    return question


def through_nginx(definition, path):
    """The question that a user of this app would ask, from this host."""
    words = definition.vhost.listen[0].split()
    return probes.Question('http', listener(words[0]), definition.health.timeout, path, server_name(definition),
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
