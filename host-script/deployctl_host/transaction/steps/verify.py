"""Step `verify`: proves that users reach the new release, by answers that only it can have given."""

import time

from ...nginx import vhost
from .. import health_checks, proof, vhost_probe
from .switch import closes

VERIFY_DEADLINE = 10.0
PROOFS = 5
PAUSE = 0.1


def verify(transaction):
    """Waits for the proof of the switch, and then, if the definition says so, that the release stays healthy."""
    if not transaction.new.is_web:
        return
    with transaction.step('verify'):
        deadline = time.monotonic() + VERIFY_DEADLINE
        if closes(transaction):
            _closed(transaction, deadline)
            return
        watch = health_checks.watch_of(transaction)
        question = _user_probe(transaction)
        if transaction.new.mode == 'socket':
            judge: proof.AnyAnswer = proof.SocketAnswers(transaction)
        else:
            _named_by_nginx(transaction, deadline, watch)
            judge = proof.AnyAnswer(transaction)
        proof.prove(question, judge, deadline, PAUSE, judge.needed, watch, proof.TOLERANCE)
        if transaction.definition.health.min_healthy and transaction.request.verb != 'maintenance':
            health_checks.stay_healthy(transaction, transaction.definition.health.min_healthy)


def _named_by_nginx(transaction, deadline, watch):
    """Waits until nginx itself names the new release on several new connections in a row."""
    question = vhost_probe.through_nginx(transaction.definition, vhost.PROOF)
    question.body = transaction.new.id
    proof.prove(question, _Unreached(transaction), deadline, PAUSE, PROOFS, watch)


class _Unreached(proof.AnyAnswer):
    """Counts every answer of nginx itself, which does not show that the release was reached."""

    reached = False


def _closed(transaction, deadline):
    """Waits until users get the page instead of the app, from new workers."""
    question = vhost_probe.through_nginx(transaction.definition, '/')
    question.expect = ((503, 503),)
    proof.prove(question, _Unreached(transaction), deadline, PAUSE)


def _user_probe(transaction):
    """Returns a probe that takes the way of a user's request; in maintenance, by the path that stays open for it."""
    wanted = transaction.definition.health
    path = wanted.path if wanted.type == 'http' else '/'
    question = vhost_probe.through_nginx(transaction.definition, vhost.THROUGH + path if transaction.closed else path)
    if wanted.type != 'http':
        question.expect = ((100, 499), (500, 501))
    question.told = wanted.release_header if wanted.type == 'http' else None
    return question
