"""The sample app keeps its promises, the bad ones too: each variant of `variants.ini`, as a process."""
import configparser
import contextlib
import http.client
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.dirname(HERE)


def setUpModule():
    App.directory = tempfile.mkdtemp(prefix="sample-app-")
    subprocess.run([os.path.join(SOURCE, "build"), os.path.join(App.directory, "app")], check=True)


def tearDownModule():
    shutil.rmtree(App.directory)


def variant(tag):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(os.path.join(SOURCE, "variants.ini"), encoding="utf-8")
    return {"APP_VERSION": tag, **parser[tag]}


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("app")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


class App:
    directory = ""

    def __init__(self, tag="v1", wait=True, **environment):
        self.socket = os.path.join(self.directory, f"{tag}.sock")
        settings = {"LISTEN_SOCKET": self.socket, "DEPLOYCTL_RELEASE": "20260101-000000-abcdef"}
        with open(f"{self.socket}.log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([os.path.join(self.directory, "app")], stderr=log,
                                            env={**settings, **variant(tag), **environment})
        if wait:
            until(self.connects)

    def connects(self):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as sock:
            sock.connect(self.socket)
            return True
        return False

    def ask(self, path, method="GET", body=None, **headers):
        with contextlib.closing(UnixConnection(self.socket)) as connection:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers

    def said(self):
        with open(f"{self.socket}.log", encoding="utf-8") as file:
            return file.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.socket)


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


class WellBehaved(unittest.TestCase):
    def test_it_says_version_and_release(self):
        with App() as app:
            status, body, headers = app.ask("/")
            self.assertEqual((status, headers["X-Version"]), (200, "v1"))
            self.assertEqual(headers["X-Release"], "20260101-000000-abcdef")
            self.assertIn("version=v1 release=20260101-000000-abcdef", body)
            self.assertEqual(app.ask("/healthz")[:2], (200, "ok\n"))
            self.assertEqual(app.ask("/nope")[0], 404)

    def test_anybody_may_connect_to_its_socket_and_a_stale_one_is_no_hindrance(self):
        with open(os.path.join(App.directory, "v1.sock"), "w", encoding="utf-8"):
            pass
        with App() as app:
            self.assertEqual(stat.S_IMODE(os.stat(app.socket).st_mode), 0o666)

    def test_it_listens_on_a_port_where_no_socket_is_asked_for(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with App(wait=False, LISTEN_SOCKET="", PORT=str(port)):
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
                until(lambda: self.connected(connection))
                connection.request("GET", "/")
                self.assertEqual(connection.getresponse().status, 200)

    @staticmethod
    def connected(connection):
        with contextlib.suppress(OSError):
            connection.connect()
            return True
        return False

    def test_it_reads_uploads_of_any_size(self):
        with App() as app:
            for size in (0, 1, 8191, 8192, 3_000_000):
                self.assertEqual(app.ask("/upload", "POST", b"x" * size)[:2], (200, f"{size}\n"))

    def test_a_connection_carries_many_requests(self):
        with App() as app, contextlib.closing(UnixConnection(app.socket)) as connection:
            for path in ("/", "/healthz", "/", "/nope", "/"):
                connection.request("GET", path)
                connection.getresponse().read()
            connection.request("POST", "/upload", b"12345")
            self.assertEqual(connection.getresponse().read(), b"5\n")

    def test_it_shows_no_value_that_is_not_asked_for_by_name(self):
        with App(SECRET="tell-nobody") as app:
            _, listing, _ = app.ask("/env")
            self.assertIn("SECRET 11\n", listing)
            self.assertNotIn("tell-nobody", listing)
            self.assertEqual(app.ask("/env?name=SECRET")[1], "tell-nobody")
            self.assertEqual(app.ask("/env?name=UNSET")[0], 404)

    def test_many_may_wait_to_be_accepted(self):
        with App(APP_STALL_MS="1") as app, contextlib.ExitStack() as stack:
            for _ in range(600):
                sock = stack.enter_context(socket.socket(socket.AF_UNIX))
                sock.setblocking(False)
                sock.connect(app.socket)         # would raise BlockingIOError with the backlog full

    def test_told_to_end_it_finishes_what_is_in_flight(self):
        with App() as app, contextlib.closing(UnixConnection(app.socket)) as connection:
            connection.request("GET", "/slow?s=1")
            time.sleep(0.2)
            app.process.send_signal(signal.SIGTERM)
            until(lambda: not app.connects())
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.headers["Connection"]), (200, "close"))
            self.assertEqual(app.process.wait(5), 0)

    def test_no_upgrade_without_the_words_for_it(self):
        with App() as app:
            self.assertEqual(app.ask("/ws")[0], 426)


class Misbehaved(unittest.TestCase):
    def test_v3_is_never_healthy_and_says_why(self):
        with App("v3-broken") as app:
            self.assertEqual(app.ask("/healthz")[0], 503)
            self.assertEqual(app.ask("/")[0], 200)
            self.assertIn("ERROR missing migration 20261101\n", app.said())

    def test_v4_ends_at_once_and_says_why(self):
        with App("v4-crash", wait=False) as app:
            self.assertEqual(app.process.wait(10), 1)
            self.assertIn("FATAL cannot connect to the database", app.said())

    def test_v5_is_slow_to_start_and_to_answer(self):
        with App("v5-slow", APP_HEALTHY_AFTER="0.5") as app:
            self.assertEqual(app.ask("/healthz")[0], 503)
            started = time.monotonic()
            app.ask("/")
            self.assertGreaterEqual(time.monotonic() - started, 0.2)
            until(lambda: app.ask("/healthz")[0] == 200)

    def test_v6_does_not_heed_sigterm(self):
        with App("v6-stubborn") as app:
            app.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            self.assertEqual(app.ask("/")[0], 200)

    def test_v7_turns_ill(self):
        with App("v7-late-fail", APP_UNHEALTHY_AFTER="0.5") as app:
            self.assertEqual(app.ask("/healthz")[0], 200)
            until(lambda: app.ask("/healthz")[0] == 503)

    def test_v8_goes_down(self):
        with App("v8-late-crash", APP_EXIT_AFTER="0.5") as app:
            self.assertEqual(app.ask("/healthz")[0], 200)
            self.assertEqual(app.process.wait(10), 3)

    def test_v9_runs_and_does_not_listen(self):
        with App("v9-nolisten", wait=False) as app:
            time.sleep(0.5)
            self.assertFalse(app.connects())
            self.assertIsNone(app.process.poll())

    def test_v10_has_no_room_for_a_burst(self):
        with App("v10-backlog") as app, contextlib.ExitStack() as stack:
            refused = 0
            for _ in range(40):
                sock = stack.enter_context(socket.socket(socket.AF_UNIX))
                sock.setblocking(False)
                try:
                    sock.connect(app.socket)
                except BlockingIOError:
                    refused += 1
            self.assertGreater(refused, 20)

    def test_v11_lets_nobody_else_connect(self):
        with App("v11-mode") as app:
            self.assertEqual(stat.S_IMODE(os.stat(app.socket).st_mode), 0o755)

    def test_v12_leaves_everybody_standing(self):
        with App("v12-abrupt") as app, contextlib.closing(UnixConnection(app.socket)) as connection:
            connection.request("GET", "/slow?s=5")
            time.sleep(0.2)
            app.process.send_signal(signal.SIGTERM)
            with self.assertRaises((http.client.RemoteDisconnected, ConnectionResetError)):
                connection.getresponse()

    def test_v13_eats(self):
        with App("v13-oom", APP_EAT_MB="96") as app:
            until(lambda: self.resident_mb(app.process.pid) >= 96)

    @staticmethod
    def resident_mb(pid):
        with open(f"/proc/{pid}/statm", encoding="utf-8") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def test_v17_is_healthy_and_fails_every_fifth(self):
        with App("v17-failing") as app:
            self.assertEqual([app.ask("/")[0] for _ in range(10)], ([200] * 4 + [500]) * 2)
            self.assertEqual({app.ask("/healthz")[0] for _ in range(10)}, {200})

    def test_v18_leaves_a_setuid_program_and_opens_its_directory(self):
        before = os.stat(App.directory).st_mode & 0o7777
        try:
            with App("v18-hostile") as app:
                self.assertEqual(app.ask("/")[0], 200)
                self.assertEqual(os.stat(App.directory + "/program").st_mode & 0o7777, 0o4777)
                self.assertEqual(os.stat(App.directory).st_mode & 0o7777, 0o777)
                said = subprocess.run([App.directory + "/program", "whoami"], capture_output=True, text=True, check=True)
                self.assertEqual(said.stdout, f"euid {os.geteuid()} egid {os.getegid()}\n")
        finally:
            os.chmod(App.directory, before)

    def test_v20_refuses_what_comes_through_nginx(self):
        with App("v20-behind-nginx") as app:
            self.assertEqual([app.ask("/healthz", X_Real_IP="10.0.0.1")[0], app.ask("/healthz")[0]], [503, 200])

    def test_v21_ends_at_the_first_request_of_a_user(self):
        with App("v21-dies-of-users") as app:
            self.assertEqual(app.ask("/healthz")[0], 200)
            with self.assertRaises(http.client.RemoteDisconnected):
                app.ask("/", X_Real_IP="10.0.0.1")
            self.assertEqual(app.process.wait(20), 7)

    def test_v22_and_v23_have_their_sockets_under_other_names(self):
        for tag, bound in (("v22-renames", r"v22-renames\.sock\.\d+\.tmp"), ("v23-relative", r"v23-relative\.sock")):
            with App(tag) as app, socket.socket(socket.AF_UNIX) as sock:
                sock.connect(app.socket)
                self.assertRegex(sock.getpeername().rpartition("/")[2], f"^{bound}$")
                self.assertNotEqual(sock.getpeername(), app.socket)


class OneOff(unittest.TestCase):
    def end(self, *words, **environment):
        done = subprocess.run([os.path.join(App.directory, "app"), *words], env=environment, capture_output=True,
                              text=True, check=False, timeout=60)
        return done.returncode, done.stdout

    def test_commands_end_as_they_are_told(self):
        self.assertEqual(self.end("migrate", "0.1"), (0, "migrated\n"))
        self.assertEqual(self.end("fail", "7"), (7, ""))
        self.assertEqual(self.end("--shorten"), (64, ""))

    def test_sigterm_ends_a_migration(self):
        process = subprocess.Popen([os.path.join(App.directory, "app"), "migrate", "60"], stderr=subprocess.PIPE)
        with process.stderr as said:
            self.assertIn(b"migrates", said.readline())
            process.terminate()
            self.assertEqual(process.wait(20), -signal.SIGTERM)

    def test_healthcheck_says_what_the_app_beside_it_says(self):
        with App("v14-healthcheck") as app:
            self.assertEqual(self.end("healthcheck", LISTEN_SOCKET=app.socket)[0], 0)
        with App("v15-sick") as app:
            self.assertEqual(self.end("healthcheck", LISTEN_SOCKET=app.socket)[0], 1)
        self.assertEqual(self.end("healthcheck", LISTEN_SOCKET="/none")[0], 1)


if __name__ == "__main__":
    unittest.main()
