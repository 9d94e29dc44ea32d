"""Clients that are in flight for seconds, and so over a switch: slow answers, uploads, event streams, WebSockets.

Each request has a connection of its own, and counts as lost unless it came to its proper end.
"""
import base64
import functools
import hashlib
import os
import time

from traffic.exchange import (Connection, Lost, connect, exchange, more, must_be, parse_head, read_answer, read_head,
                              receive, send)
from traffic.loop import sleep

PIECE_SECONDS = 0.1
WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def long_client(run, name, target, seconds, megabytes=4):
    where = f"{target[0]}:{target[1]}"
    host = run.host or where
    act = {"slow": slow, "upload": upload, "sse": event_stream,
           "websocket": functools.partial(websocket, run.loop)}[name]
    run.tally.add(name, "clients")
    while not run.loop.stopping:
        run.tally.add(name, "sent")
        started, connection = time.monotonic(), None
        try:
            connection = yield from connect(target, run.timeout)
            run.tally.add(name, "connections")
            deadline = started + seconds + run.timeout
            headers = yield from act(connection, host, seconds, deadline, megabytes)
            run.tally.answered(name, where, headers, time.monotonic() - started)
        except Lost as loss:
            run.tally.lost(name, where, loss, time.monotonic() - started)
        except OSError as failure:
            run.tally.lost(name, where, Lost("cut", failure.__class__.__name__), time.monotonic() - started)
        if connection:
            connection.close()
        yield from sleep(0.05)


def slow(connection: Connection, host, seconds, deadline, _megabytes):
    request = f"GET /slow?s={seconds} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    answer = yield from exchange(connection, request, deadline - time.monotonic())
    must_be(answer, 200)
    return answer.headers


def upload(connection, host, seconds, deadline, megabytes):
    """Sends the body piece by piece; what the other side says before it has all of it is an answer too."""
    size, sent = int(megabytes * 1024 * 1024), 0
    head = f"POST /upload HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n"
    piece = b"u" * max(1, int(size * PIECE_SECONDS / seconds))
    try:
        yield from send(connection, head.encode(), deadline)
        while sent < size and not connection.closed_by_peer():
            part = piece[:size - sent]
            yield from send(connection, part, deadline)
            sent += len(part)
            yield from sleep(PIECE_SECONDS)
    except OSError:
        pass                                 # the answer, if there is one, tells more
    try:
        connection.rest = yield from receive(connection, deadline)
    except OSError as failure:
        raise Lost("closed_waiting", f"{failure.__class__.__name__} after {sent} of {size} bytes") from None
    if not connection.rest:
        raise Lost("closed_waiting", f"end of file after {sent} of {size} bytes")
    answer = yield from read_answer(connection, deadline)
    must_be(answer, 200)
    if answer.body.strip() != b"%d" % size:
        raise Lost("bad_body", f"{size} bytes sent, {answer.body[:40]!r} read")
    return answer.headers


def event_stream(connection, host, seconds, deadline, _megabytes):
    """Good only if the last event, named "end", arrives."""
    request = f"GET /sse?s={seconds} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n"
    yield from send(connection, request.encode(), deadline)
    connection.rest = yield from first_bytes(connection, deadline)
    head, data = yield from read_head(connection, deadline)
    status, headers = parse_head(head)
    if status != 200:
        raise Lost(f"http_{status}")
    while b"event: end" not in data:
        data = data[-16:] + (yield from more(connection, deadline, "before the last event"))
    return headers


def websocket(loop, connection, host, seconds, deadline, _megabytes):
    """Upgrades, sends a frame twice a second, expects each back, and closes in order; at once when the run ends."""
    key = base64.b64encode(os.urandom(16))
    request = (f"GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key.decode()}\r\n\r\n")
    yield from send(connection, request.encode(), deadline)
    connection.rest = yield from first_bytes(connection, deadline)
    head, data = yield from read_head(connection, deadline)
    status, headers = parse_head(head)
    if status != 101:
        raise Lost(f"http_{status}")
    if headers.get("sec-websocket-accept") != base64.b64encode(hashlib.sha1(key + WEBSOCKET_GUID).digest()).decode():
        raise Lost("bad_body", "wrong Sec-WebSocket-Accept")
    until = time.monotonic() + seconds
    while time.monotonic() < until and not loop.stopping:
        text = os.urandom(8).hex().encode()
        data = yield from echo(connection, data, 1, text, deadline)
        yield from sleep(min(0.5, max(0.0, until - time.monotonic())))
    yield from echo(connection, data, 8, b"\x03\xe8", deadline)
    return headers


def echo(connection, data, opcode, payload, deadline):
    """Sends one masked frame and reads its echo; answers what was read beyond it."""
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    yield from send(connection, bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked, deadline)
    wanted = bytes([0x80 | opcode, len(payload)]) + payload
    while len(data) < len(wanted):
        data += yield from more(connection, deadline, "in a WebSocket")
    if not data.startswith(wanted):
        raise Lost("bad_body", f"echo of {wanted!r} was {data[:40]!r}")
    return data[len(wanted):]


def first_bytes(connection, deadline):
    data = yield from receive(connection, deadline)
    if not data:
        raise Lost("closed_waiting", "end of file before the head")
    return data
