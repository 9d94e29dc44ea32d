"""Step `verify`: sees that users reach the new release, by answers that it alone can have given."""

import time

from ...nginx import vhost
from .. import health_checks, proof, vhost_probe
from .switch import shuts

VERIFY_DEADLINE = 10.0
PROOFS = 5
PAUSE = 0.1


def verify(transaction):
    """Proof, not hope: answers through nginx that the new release alone can have given."""
    with transaction.step('verify'):
        deadline = time.monotonic() + VERIFY_DEADLINE
        if shuts(transaction):
            _closed(transaction, deadline)
            return
        watch = health_checks.watching(transaction)
        question = _of_users(transaction)
        if transaction.new.mode == 'socket':
            judge: proof.Plain = proof.OnSocket(transaction)
        else:
            _named_by_nginx(transaction, deadline, watch)
            judge = proof.Plain(transaction)
        proof.until(question, judge, deadline, PAUSE, judge.needed, watch, proof.PATIENCE)
        if transaction.definition.health.min_healthy and transaction.request.verb != 'maintenance':
            health_checks.stay_healthy(transaction, transaction.definition.health.min_healthy)


def _named_by_nginx(transaction, deadline, watch):
    """Several new connections in a row are told the new release by the configuration that serves them."""
    question = vhost_probe.through_nginx(transaction.definition, vhost.PROOF)
    question.body = transaction.new.id
    proof.until(question, _Unreached(transaction), deadline, PAUSE, PROOFS, watch)


class _Unreached(proof.Plain):
    """nginx itself is asked: no answer of it says that the release was reached."""

    reached = False


def _closed(transaction, deadline):
    """Users of a closed app are told so, by new workers."""
    question = vhost_probe.through_nginx(transaction.definition, '/')
    question.expect = ((503, 503),)
    proof.until(question, _Unreached(transaction), deadline, PAUSE)


def _of_users(transaction):
    """A user's question; in maintenance, by the way that is left open for it."""
    wanted = transaction.definition.health
    path = wanted.path if wanted.type == 'http' else '/'
    question = vhost_probe.through_nginx(transaction.definition, vhost.THROUGH + path if transaction.closed else path)
    if wanted.type != 'http':
        question.expect = ((100, 499), (500, 501))
    question.told = wanted.release_header if wanted.type == 'http' else None
    return question
