"""One connection, one request, one answer; and a word for each way in which they can fail.

A *race* is not a loss: a reused keep-alive connection that is closed before the first byte of an answer, within half a
second of the request. The other side had hung up while the request was on its way and never read it.
"""
import errno
import socket
import time

from traffic.loop import READ, WRITE

RACE_SECONDS = 0.5


class Lost(Exception):
    """A request that got no good answer. `kind` is a word to count by, the text says more."""

    def __init__(self, kind, detail=""):
        super().__init__(detail)
        self.kind = kind


class Race(Lost):
    """The other side closed a kept-alive connection while the request was on its way."""


class Answer:
    __slots__ = ("status", "headers", "body", "keep")

    def __init__(self, status, headers, body, keep):
        self.status, self.headers, self.body, self.keep = status, headers, body, keep


class Connection:
    def __init__(self, sock):
        self.sock, self.used, self.rest = sock, False, b""

    def close(self):
        self.sock.close()

    def closed_by_peer(self):
        """A look, without waiting: has the other side hung up (or sent what nobody asked for)?"""
        try:
            self.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            return True
        except BlockingIOError:
            return False
        except OSError:
            return True


def connect(target, timeout):
    """Opens a connection to (host, port)."""
    family = socket.AF_INET6 if ":" in target[0] else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        error = sock.connect_ex(target)
        if error == errno.EINPROGRESS:
            if not (yield WRITE, sock, time.monotonic() + timeout):
                raise Lost("connect_timeout", f"no connection within {timeout:.0f} s")
            error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            kind = {errno.ECONNREFUSED: "refused", errno.EHOSTUNREACH: "unreachable"}.get(error, "connect_failed")
            raise Lost(kind, errno.errorcode.get(error, str(error)))
    except BaseException:
        sock.close()
        raise
    return Connection(sock)


def send(connection, data, deadline):
    view = memoryview(data)
    while view:
        try:
            view = view[connection.sock.send(view):]
        except BlockingIOError:
            if not (yield WRITE, connection.sock, deadline):
                raise Lost("timeout", "the request could not be sent in time") from None


def receive(connection, deadline):
    """Some bytes; b"" when the other side has closed."""
    while True:
        try:
            return connection.sock.recv(65536)
        except BlockingIOError:
            if not (yield READ, connection.sock, deadline):
                raise Lost("timeout", "no (whole) answer in time") from None


def exchange(connection, request, timeout):
    """Sends a request and reads its answer."""
    started = time.monotonic()
    deadline = started + timeout
    reused, connection.used = connection.used, True
    try:
        yield from send(connection, request, deadline)
        connection.rest = yield from receive(connection, deadline)
        error = "" if connection.rest else "end of file"
    except OSError as failure:
        connection.rest, error = b"", failure.__class__.__name__
    if not connection.rest:
        if reused and time.monotonic() - started < RACE_SECONDS:
            raise Race("race", error)
        raise Lost("closed_waiting", f"{error}, {'reused' if reused else 'new'} connection")
    return (yield from read_answer(connection, deadline))


def read_answer(connection, deadline):
    """Reads head and body; the first bytes may already be there in `rest`."""
    try:
        head, body = yield from read_head(connection, deadline)
        status, headers = parse_head(head)
        keep = headers.get("connection", "").lower() != "close"
        if "content-length" in headers:
            wanted = int(headers["content-length"])
            while len(body) < wanted:
                body += yield from more(connection, deadline, f"{len(body)} of {wanted} bytes")
            if len(body) > wanted:
                raise Lost("bad_answer", f"{len(body) - wanted} bytes beyond the answer")
        elif "chunked" in headers.get("transfer-encoding", ""):
            while not body.endswith(b"0\r\n\r\n"):
                body += yield from more(connection, deadline, "before the last chunk")
        elif status >= 200 and status not in (204, 304):
            keep = False                     # ends with the connection
            while True:
                piece = yield from receive(connection, deadline)
                if not piece:
                    break
                body += piece
    except OSError as failure:
        raise Lost("cut", f"{failure.__class__.__name__} in the answer") from None
    return Answer(status, headers, body, keep)


def read_head(connection, deadline):
    data, connection.rest = connection.rest, b""
    while b"\r\n\r\n" not in data:
        data += yield from more(connection, deadline, "in the head")
    return data.split(b"\r\n\r\n", 1)


def parse_head(head):
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
        raise Lost("bad_answer", lines[0][:80])
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(words[1]), headers


def more(connection, deadline, where):
    piece = yield from receive(connection, deadline)
    if not piece:
        raise Lost("cut", f"end of file {where}")
    return piece


def must_be(answer, status):
    if answer.status != status:
        raise Lost(f"http_{answer.status}", answer.body[:80].decode("utf-8", "replace").strip())
