"""Tests of the HTTP client with well-behaved and misbehaving peers."""

import contextlib
import socket
import threading
import unittest

from deployctl_host import http_client


class Peer:
    """A server that answers one request with fixed bytes, then closes or stays silent."""

    def __init__(self, answer, close=True):
        self.ours, theirs = socket.socketpair()
        self.received = b''
        self.thread = threading.Thread(target=self._talk, args=(theirs, answer, close), daemon=True)
        self.thread.start()

    def _talk(self, theirs, answer, close):
        with theirs, contextlib.suppress(OSError):      # of one who has read enough
            self.received = theirs.recv(65536)
            for piece in answer if isinstance(answer, list) else [answer]:
                theirs.sendall(piece)
            if not close:
                theirs.recv(1)      # until the peer disconnects


def ask(answer, method='GET', body=b'', close=True, timeout=2.0):
    peer = Peer(answer, close)
    try:
        with peer.ours:
            found = http_client.ask(peer.ours, method, '/x', (('Host', 'h'),), body, timeout)
            data = found.read(1000)
    finally:
        peer.thread.join()
    return peer, found, data


class HttpClient(unittest.TestCase):
    def test_body_of_known_length(self):
        peer, found, data = ask(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\nhi and more')
        self.assertEqual((found.status, found.reason, data, found.header('x-a')), (200, 'OK', b'hi', 'b'))
        self.assertEqual(peer.received, b'GET /x HTTP/1.1\r\nHost: h\r\n\r\n')

    def test_body_is_sent_with_its_length(self):
        peer, _, _ = ask(b'HTTP/1.1 204 No Content\r\n\r\n', 'POST', b'{"a":1}')
        self.assertTrue(peer.received.endswith(b'Content-Length: 7\r\n\r\n{"a":1}'))

    def test_chunks_that_arrive_in_pieces(self):
        _, _, data = ask([b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chun',
                         b'ked\r\n\r\n3\r', b'\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n'])
        self.assertEqual(data, b'abcde')

    def test_body_until_the_end_of_the_connection(self):
        self.assertEqual(ask(b'HTTP/1.0 200 OK\r\n\r\nabc')[2], b'abc')

    def test_interim_response_is_skipped(self):
        self.assertEqual(
            ask(b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')[1].status, 200)

    def broken(self, text, answer, **how):
        with self.assertRaisesRegex(http_client.HttpError, text):
            ask(answer, **how)

    def test_silence_ends_at_the_deadline(self):
        self.broken('in time', b'', close=False, timeout=0.1)

    def test_drip_feeding_ends_at_the_deadline(self):
        self.broken('in time', b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab', close=False, timeout=0.1)

    def test_connection_closed_before_and_within_the_response(self):
        self.broken('before an answer', b'')
        self.broken('within the answer', b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab')

    def test_response_that_is_not_http(self):
        self.broken('not HTTP', b'SSH-2.0-OpenSSH_9.2\r\n')
        self.broken('broken length', b'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n')
        self.broken('broken chunk', b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n')
        self.broken('broken header', b'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n')

    def test_endless_responses_are_refused(self):
        self.broken('longer than', b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n' + b'x' * 5000)
        self.broken('head of the answer', b'HTTP/1.1 200 OK\r\nX: ' + b'x' * 70000)


if __name__ == '__main__':
    unittest.main()
