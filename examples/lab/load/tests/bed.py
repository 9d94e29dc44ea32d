"""What the tests run against: the real sample app, and before it a proxy that goes wrong on purpose and keeps count."""
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.realpath(__file__))
APP_SOURCE = os.path.join(HERE, "..", "..", "sample-app")
LOAD = os.path.join(HERE, "..", "load")


class App:
    """The sample app on a free port of loopback."""

    directory = None

    @classmethod
    def binary(cls):
        if cls.directory is None:
            cls.directory = tempfile.mkdtemp(prefix="load-test-")
            subprocess.run([os.path.join(APP_SOURCE, "build"), os.path.join(cls.directory, "app")], check=True)
        return os.path.join(cls.directory, "app")

    @classmethod
    def clean(cls):
        if cls.directory:
            shutil.rmtree(cls.directory)
            cls.directory = None

    def __init__(self, **environment):
        self.port = free_port()
        self.process = subprocess.Popen([self.binary()], stderr=subprocess.DEVNULL,
                                        env={"PORT": str(self.port), "APP_VERSION": "v1", **environment})
        until(lambda: answers(self.port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Proxy:
    """Passes connections on to the app. `fault(proxy, number_of_connection, number_of_request)` names what is to happen
    when a request arrives: None, or one of the words in `_act`. What was done is counted in `done`."""

    def __init__(self, app_port, fault):
        self.app_port, self.fault, self.done, self.lock = app_port, fault, 0, threading.Lock()
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                with self.lock:
                    self.connections += 1
                    number = self.connections
                threading.Thread(target=self._serve, args=(client, number), daemon=True).start()

    def _serve(self, client, number):
        with client, socket.create_connection(("127.0.0.1", self.app_port)) as app, contextlib.suppress(OSError):
            threading.Thread(target=self._answers, args=(app, client), daemon=True).start()
            requests = 0
            while True:
                data = client.recv(65536)
                if not data:
                    return
                if b" HTTP/1.1\r\n" in data:
                    requests += 1
                    word = self.fault(self, number, requests)
                    if word:
                        with self.lock:
                            self.done += 1
                        if self._act(word, client, app, data):
                            return
                        continue
                app.sendall(data)

    def _act(self, word, client, app, data):
        """Answers whether the connection ends here."""
        if word == "close":
            pass
        elif word == "close_late":
            time.sleep(0.8)
        elif word == "silent":
            time.sleep(60)
        elif word == "502":
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\nbad\n")
            return False
        elif word == "truncate":
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nversion=")
        elif word == "wrong":
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nwrong\n")
            return False
        elif word == "cut_soon":             # goes well at first
            app.sendall(data)
            time.sleep(0.4)
        elif word == "close_when_idle":      # after this answer, and a moment of rest
            app.sendall(data)
            time.sleep(0.1)
        for sock in (client, app):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        return True

    @staticmethod
    def _answers(app, client):
        with contextlib.suppress(OSError, ValueError):
            while True:
                data = app.recv(65536)
                if not data:
                    client.shutdown(socket.SHUT_WR)
                    return
                client.sendall(data)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
