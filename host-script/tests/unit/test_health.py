"""Tests of probes and connection counts with real sockets."""

import os
import pwd
import socket
import threading
import unittest

from deployctl_host import probes, sockets, unix_diag
from tests.sandbox import Sandbox
from tests.unit.fake_containers import listener
from tests.unit.serving import Server


class Probes(Sandbox):
    def setUp(self):
        super().setUp()
        self.path = self.root + '/1.sock'
        self.identity = probes.Identity(pwd.getpwuid(os.geteuid()).pw_name)

    def serve(self, data, delay=0.0):
        self.answering(self.path, data, delay)

    def answering(self, path, data, delay=0.0, both=None):
        def talk(connection):
            connection.recv(65536)
            server.closed.wait(delay)
            if both:
                both.wait(20)
            connection.sendall(data)
        server = Server(listener(path), talk)
        self.addCleanup(server.close)

    def ask(self, **how):
        question = probes.Question(
            how.pop(
                'kind', 'http'), how.pop(
                'address', self.path), how.pop(
                'timeout', 1.0), **how)
        return probes.ask_all([question], self.identity)[0]

    def test_good_answer(self):
        self.serve(b'HTTP/1.1 204 No Content\r\n\r\n')
        seen = self.ask()
        self.assertEqual((seen.ok, seen.saw), (True, '204 No Content'))

    def test_missing_socket(self):
        self.assertEqual(self.ask().saw, 'connect: no such socket yet')

    def test_stale_socket(self):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(self.path)
        self.assertEqual(self.ask().saw, 'connect: refused, nobody listens')

    def test_wrong_status_and_redirect(self):
        self.serve(b'HTTP/1.1 301 Moved Permanently\r\nLocation: https://blog/\x1b[31m\r\nContent-Length: 0\r\n\r\n')
        seen = self.ask()
        self.assertEqual((seen.ok, seen.saw), (False, '301 Moved Permanently to https://blog/�[31m'))
        self.assertTrue(self.ask(expect=((200, 299), (301, 301))).ok)

    def test_server_that_never_answers(self):
        self.serve(b'', 3.0)
        seen = self.ask(timeout=0.2)
        self.assertFalse(seen.ok)
        self.assertIn('in time', seen.saw)

    def test_answer_that_is_not_http(self):
        self.serve(b'SSH-2.0-x\r\n')
        self.assertIn('not HTTP', self.ask().saw)

    def test_release_header(self):
        self.serve(b'HTTP/1.1 200 OK\r\nX-Release: old\r\nContent-Length: 0\r\n\r\n')
        self.assertFalse(self.ask(headers={'X-Release': 'new'}).ok)
        self.assertTrue(self.ask(headers={'X-Release': 'old'}).ok)

    def test_tcp_through_dockers_proxy_without_a_listening_app(self):
        """Docker's proxy of a published port accepts, then finds that the app does not listen."""
        port = socket.create_server(('127.0.0.1', 0))
        address = port.getsockname()
        server = Server(port, lambda connection: None)
        self.addCleanup(server.close)
        self.assertFalse(self.ask(kind='tcp', address=address).ok)

    def test_tcp_probe(self):
        server = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(server.close)
        self.assertTrue(self.ask(kind='tcp', address=server.getsockname()).ok)

    def test_probes_run_in_parallel(self):
        """Neither server answers before both have been asked."""
        both = threading.Barrier(2)
        for name in ('/1.sock', '/2.sock'):
            self.answering(self.root + name, b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', both=both)
        seen = probes.ask_all([probes.Question('http', '%s/%d.sock' % (self.root, one), 10.0)
                              for one in (1, 2)], self.identity)
        self.assertEqual([one.ok for one in seen], [True, True])

    @unittest.skipUnless(os.geteuid() == 0, 'only root can become somebody else')
    def test_socket_that_root_may_open_and_nginx_may_not(self):
        self.serve(b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
        os.chmod(self.root, 0o755)
        os.chmod(self.path, 0o755)
        self.identity = probes.Identity('nobody')
        seen = self.ask()
        self.assertFalse(seen.ok)
        self.assertIn("nginx's user nobody may not open the socket", seen.saw)
        os.chmod(self.path, 0o666)
        self.assertTrue(self.ask().ok)


class Counting(Sandbox):
    def test_accepted_connections_are_seen_under_the_path_as_bound(self):
        path = self.root + '/1.sock'
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(path)
        server.listen(8)
        self.assertEqual(sockets.accepted([path]), 0)
        client = socket.socket(socket.AF_UNIX)
        client.connect(path)
        self.assertEqual((sockets.accepted([path]), sockets.connected([path])), (0, 1))
        accepted, _ = server.accept()
        self.assertEqual(sockets.connected([path]), 1)
        self.assertEqual(sockets.accepted([path, self.root + '/2.sock']), 1)
        client.close()
        accepted.close()
        self.assertEqual(sockets.accepted([path]), 0)

    def bound(self, name, path):
        """Returns an accepted client of a socket that was bound under one name and renamed since."""
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(name)
        os.rename(name, path)
        server.listen(8)
        client = socket.socket(socket.AF_UNIX)
        client.connect(path)
        accepted, _ = server.accept()
        self.addCleanup(accepted.close)
        waiting = socket.socket(socket.AF_UNIX)
        waiting.connect(path)
        self.addCleanup(waiting.close)
        return client

    def test_socket_that_was_renamed_into_place(self):
        path = self.root + '/1.sock'
        client = self.bound(self.root + '/1.sock.17.tmp', path)
        self.assertEqual((sockets.accepted([path]), sockets.connected([path])), (1, 2))
        client.close()

    def test_socket_that_was_bound_from_within_its_directory(self):
        here = os.open('.', os.O_RDONLY)
        self.addCleanup(os.close, here)
        self.addCleanup(os.fchdir, here)
        os.mkdir(self.root + '/old')
        for directory in (self.root, self.root + '/old'):
            os.chdir(directory)
            self.addCleanup(self.bound('1.sock', directory + '/1.sock').close)
            path = directory + '/1.sock'
            self.assertEqual(sockets.accepted([path]), 1)
            self.assertGreaterEqual(sockets.connected([path]), 2)   # one that waits may be the other directory's

    def test_kernel_without_socket_files(self):
        self.patch(unix_diag, 'NETLINK_SOCK_DIAG', 21)
        self.assertIsNone(unix_diag.files())
        path = self.root + '/1.sock'
        self.addCleanup(self.bound(self.root + '/elsewhere.tmp', path).close)
        self.assertEqual(sockets.accepted([path]), 1)

    def test_tcp_connections_are_counted_once(self):
        server = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(server.close)
        port = server.getsockname()[1]
        self.assertTrue(sockets.listening(port))
        self.assertEqual(sockets.established([port]), 0)
        client = socket.create_connection(('127.0.0.1', port))
        accepted, _ = server.accept()
        self.assertEqual(sockets.established([port]), 1)
        client.close()
        accepted.close()


if __name__ == '__main__':
    unittest.main()
