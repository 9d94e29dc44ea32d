"""Clients with short requests: keep-alive of several manners, a new connection each time; GET and POST.

How a client treats a kept-alive connection decides whether it meets the race:
  naive    reuses it without a look
  looks    sees first whether the other side has closed
  far      looks, but its request then takes 20 ms to arrive
  retries  as far, and repeats a raced request once on a new connection, as browsers do
"""
import time

from traffic.exchange import Lost, Race, connect, exchange, must_be
from traffic.loop import sleep

FAR_SECONDS = 0.02
PAUSE_AFTER_LOSS = 0.05
POST_BODY = b"x" * 64


class Manner:
    def __init__(self, keep=True, look=False, far=False, retry=False, post=False):
        self.keep, self.look, self.far, self.retry, self.post = keep, look, far, retry, post


MANNERS = {
    "keepalive-naive": Manner(),
    "keepalive-looks": Manner(look=True),
    "keepalive-far": Manner(look=True, far=True),
    "keepalive-retries": Manner(look=True, far=True, retry=True),
    "post-keepalive": Manner(look=True, post=True),
    "new": Manner(keep=False),
    "post-new": Manner(keep=False, post=True),
}


def short_client(run, name, target, think):
    """Asks and thinks until the run ends. `run` has loop, tally, host, timeout."""
    manner = MANNERS[name]
    where = f"{target[0]}:{target[1]}"
    request = request_of(manner, run.host or where)
    connection = None
    run.tally.add(name, "clients")
    while not run.loop.stopping:
        if connection and manner.look and connection.closed_by_peer():
            connection = discard(connection)
        if connection and manner.far:
            yield from sleep(FAR_SECONDS)
        run.tally.add(name, "sent")
        started, pause = time.monotonic(), think
        try:
            connection, answer = yield from ask(run, name, target, manner, connection, request)
            run.tally.answered(name, where, answer.headers, time.monotonic() - started)
            if not (manner.keep and answer.keep):
                connection = discard(connection)
        except Race:
            run.tally.add(name, "races")
            connection = None
        except Lost as loss:
            run.tally.lost(name, where, loss, time.monotonic() - started)
            connection, pause = None, max(think, PAUSE_AFTER_LOSS)
        yield from sleep(pause)
    discard(connection)


def ask(run, name, target, manner, connection, request):
    """One request, answered well; a connection that failed is closed here."""
    for attempt in (1, 2):
        if connection is None:
            connection = yield from connect(target, run.timeout)
            run.tally.add(name, "connections")
        try:
            answer = yield from exchange(connection, request, run.timeout)
            check(manner, answer)
            return connection, answer
        except Race:
            connection = discard(connection)
            if not manner.retry or attempt == 2:
                raise
            run.tally.add(name, "retried")
        except Lost:
            discard(connection)
            raise
    raise AssertionError("unreachable: the second attempt answers or raises")


def request_of(manner, host):
    kept = "keep-alive" if manner.keep else "close"
    head = f"{'POST /upload' if manner.post else 'GET /'} HTTP/1.1\r\nHost: {host}\r\nConnection: {kept}\r\n"
    if manner.post:
        return f"{head}Content-Length: {len(POST_BODY)}\r\n\r\n".encode() + POST_BODY
    return f"{head}\r\n".encode()


def check(manner, answer):
    must_be(answer, 200)
    good = answer.body.strip() == b"%d" % len(POST_BODY) if manner.post else answer.body.startswith(b"version=")
    if not good:
        raise Lost("bad_body", repr(answer.body[:60]))


def discard(connection):
    if connection:
        connection.close()
