"""A small HTTP/1.1 client over a connected socket.

http.client would import ssl and the mail parser in every call (37 ms of CPU instead of 1) and cannot bound a whole
response by one deadline.
"""

import math
import socket
import time
from typing import Dict

HEAD_LIMIT = 64 * 1024


class HttpError(Exception):
    """The peer's response was invalid or late. The text can be shown to an operator."""


class NotHttp(HttpError):
    """The peer closed the connection before an answer, or does not speak HTTP."""


class Answer:
    """Status line and headers of a response; the body is read on demand."""

    def __init__(self, status, reason, headers, body):
        self.status = status
        self.reason = reason
        self.headers = headers
        self._body = body

    def header(self, name):
        return self.headers.get(name.lower())

    def chunks(self):
        """Yields the pieces of the body as they arrive."""
        return self._body

    def read(self, limit):
        """Returns the whole body; more than `limit` bytes are an error."""
        data = bytearray()
        for piece in self._body:
            data += piece
            if len(data) > limit:
                raise HttpError('the answer is longer than %d bytes' % limit)
        return bytes(data)


def dial(address, timeout):
    """Returns a connected stream socket; `address` is a path or a (host, port) pair. Raises the kernel's OSError."""
    family = socket.AF_UNIX if isinstance(address, str) else (socket.AF_INET6 if ':' in address[0] else socket.AF_INET)
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection


def ask(connection, method, target, headers, body=b'', timeout=30.0, stream=False):
    """Sends one request and reads the head of the response.

    `timeout` bounds the whole response, including the body; for a `stream` only the head.
    """
    reader = _Reader(connection, time.monotonic() + timeout)
    lines = ['%s %s HTTP/1.1' % (method, target)]
    lines += ['%s: %s' % pair for pair in headers]
    if body or method in ('POST', 'PUT'):
        lines.append('Content-Length: %d' % len(body))
    connection.settimeout(timeout)
    try:
        connection.sendall('\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n' + body)
    except socket.timeout:
        raise HttpError('no answer within %g s' % timeout) from None
    while True:
        status, reason = _status(reader.line())
        fields = _fields(reader)
        if stream:
            reader.deadline = math.inf
        if status >= 200:
            return Answer(status, reason, fields, _body(reader, method, status, fields))
        if status == 101:
            return Answer(status, reason, fields, reader.until_end())


def _status(line):
    parts = line.split(' ', 2)
    if len(parts) < 2 or not parts[0].startswith('HTTP/1.') or len(parts[1]) != 3 or not parts[1].isdecimal():
        raise NotHttp('the answer is not HTTP: %r' % line[:80])
    return int(parts[1]), parts[2] if len(parts) == 3 else ''


def _fields(reader):
    fields: Dict[str, str] = {}
    while True:
        line = reader.line()
        if not line:
            return fields
        name, colon, value = line.partition(':')
        if not colon:
            raise HttpError('the answer has a broken header: %r' % line[:80])
        fields[name.strip().lower()] = value.strip()


def _body(reader, method, status, fields):
    if method == 'HEAD' or status in (204, 304):
        return iter(())
    if 'chunked' in fields.get('transfer-encoding', '').lower():
        return reader.chunked()
    length = fields.get('content-length')
    if length is None:
        return reader.until_end()
    if not length.isdecimal():
        raise HttpError('the answer has a broken length: %r' % length[:40])
    return reader.exactly(int(length))


class _Reader:
    """Reads from a socket through a buffer, within a deadline."""

    def __init__(self, connection, deadline):
        self.connection = connection
        self.deadline = deadline
        self.buffer = bytearray()

    def _more(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise HttpError('no complete answer in time')
        self.connection.settimeout(None if left == math.inf else left)
        try:
            piece = self.connection.recv(65536)
        except socket.timeout:
            raise HttpError('no complete answer in time') from None
        self.buffer += piece
        return bool(piece)

    def line(self):
        """Returns one line of a head, without its line ending."""
        while True:
            end = self.buffer.find(b'\n')
            if end >= 0:
                text = self.buffer[:end].rstrip(b'\r').decode('latin-1')
                del self.buffer[:end + 1]
                return text
            if len(self.buffer) > HEAD_LIMIT:
                raise HttpError('the head of the answer is longer than %d bytes' % HEAD_LIMIT)
            if not self._more():
                if not self.buffer:
                    raise NotHttp('the connection was closed before an answer')
                raise HttpError('the connection was closed within the answer')

    def exactly(self, count):
        while count:
            if not self.buffer and not self._more():
                raise HttpError('the connection was closed within the answer')
            piece = bytes(self.buffer[:count])
            del self.buffer[:len(piece)]
            count -= len(piece)
            yield piece

    def until_end(self):
        while self.buffer or self._more():
            piece = bytes(self.buffer)
            self.buffer.clear()
            yield piece

    def chunked(self):
        while True:
            size = self.line().partition(';')[0].strip()
            try:
                count = int(size, 16)
            except ValueError:
                raise HttpError('the answer has a broken chunk: %r' % size[:40]) from None
            if count == 0:
                while self.line():
                    pass
                return
            yield from self.exactly(count)
            self.line()
