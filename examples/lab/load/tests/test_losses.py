"""Shows that the generator reports what is lost: a proxy goes wrong a known number of times, the account must agree."""
import json
import subprocess
import sys
import unittest

from tests.bed import LOAD, App, Proxy, free_port


def tearDownModule():
    App.clean()


def load(port, *clients, seconds="0.7", more=()):
    words = [sys.executable, LOAD, "--target", f"127.0.0.1:{port}", "--max-seconds", seconds, *more]
    for client in clients:
        words += ["--client", client]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if not done.stdout:
        raise AssertionError(f"no result: {done.stderr}")
    return json.loads(done.stdout), done.returncode


def every(n, word):
    """A fault at every n-th request of a connection."""
    return lambda _proxy, _connection, request: word if request % n == 0 else None


class Losses(unittest.TestCase):
    def setUp(self):
        self.app = App()
        self.addCleanup(self.app.__exit__)

    def check(self, fault, *clients, kind, **how):
        with Proxy(self.app.port, fault) as proxy:
            result, status = load(proxy.port, *clients, **how)
        self.assertGreater(proxy.done, 0)
        self.assertEqual(result["lost_by_kind"], {kind: proxy.done})
        self.assertEqual(status, 1)
        self.balanced(result)
        self.assertEqual(result["samples"][0]["kind"], kind)
        return result

    def balanced(self, result):
        for counts in [result, *result["by_client"].values()]:
            self.assertEqual(counts["sent"], counts["answered"] + counts["lost"] + counts["races"])

    def test_nothing_is_lost_where_nothing_goes_wrong(self):
        names = ("keepalive-naive", "keepalive-looks", "keepalive-far", "keepalive-retries", "new",
                 "post-keepalive", "post-new")
        long = ("slow:2:s=0.5", "upload:2:s=0.5:mb=1", "sse:2:s=0.6", "websocket:2:s=0.6")
        result, status = load(self.app.port, *(f"{name}:2:think=10" for name in names), *long, seconds="1.5")
        self.assertEqual((result["lost"], result["races"], status), (0, 0, 0))
        self.assertEqual(len(result["by_client"]), len(names) + len(long))
        self.balanced(result)
        for name, counts in result["by_client"].items():
            self.assertGreater(counts["answered"], 0, name)

    def test_a_long_websocket_closes_in_order_when_the_run_ends(self):
        result, status = load(self.app.port, "websocket:2:s=300")
        self.assertEqual((result["lost"], result["answered"], status), (0, 2, 0))

    def test_a_502_is_a_loss(self):
        self.check(every(5, "502"), "keepalive-naive:2:think=5", kind="http_502")

    def test_an_answer_that_is_cut_is_a_loss(self):
        self.check(every(4, "truncate"), "keepalive-looks:2:think=5", kind="cut")

    def test_a_wrong_answer_is_a_loss(self):
        self.check(every(4, "wrong"), "keepalive-naive:2:think=5", kind="bad_body")
        self.check(every(4, "wrong"), "post-keepalive:2:think=5", kind="bad_body")

    def test_a_new_connection_that_is_closed_is_a_loss_and_no_race(self):
        third = lambda _proxy, connection, _request: "close" if connection % 3 == 0 else None  # noqa: E731
        self.check(third, "new:2:think=5", kind="closed_waiting")
        self.check(third, "post-new:2:think=5", kind="closed_waiting")

    def test_a_reused_connection_that_is_closed_late_is_a_loss_and_no_race(self):
        self.check(every(2, "close_late"), "keepalive-naive:2:think=5", kind="closed_waiting", seconds="2")

    def test_silence_is_a_loss(self):
        self.check(every(3, "silent"), "keepalive-naive:2:think=5", kind="timeout", more=["--timeout", "0.5"])

    def test_a_retrying_client_does_not_hide_a_loss(self):
        self.check(every(3, "502"), "keepalive-retries:2:think=5", kind="http_502")

    def test_long_requests_that_are_cut_are_lost(self):
        for client, kind in (("slow:2:s=1", "closed_waiting"), ("upload:2:s=1:mb=1", "closed_waiting"),
                             ("sse:2:s=1", "cut"), ("websocket:2:s=1", "cut")):
            with self.subTest(client):
                every_other = lambda _proxy, connection, _request: "cut_soon" if connection % 2 else None  # noqa: E731
                self.check(every_other, client, kind=kind)

    def test_a_refused_connection_is_a_loss(self):
        result, status = load(free_port(), "new:1:think=5")
        self.assertEqual(set(result["lost_by_kind"]), {"refused"})
        self.assertEqual((status, result["lost"]), (3, result["sent"]))


class Races(unittest.TestCase):
    def setUp(self):
        self.app = App()
        self.addCleanup(self.app.__exit__)

    def run_against(self, fault, client, **how):
        with Proxy(self.app.port, fault) as proxy:
            result, status = load(proxy.port, client, **how)
        self.assertGreater(proxy.done, 0)
        self.assertEqual((result["lost"], status), (0, 0), result["samples"])
        return result, proxy.done

    def test_a_reused_connection_that_is_closed_at_once_is_a_race(self):
        for client in ("keepalive-naive", "keepalive-looks", "keepalive-far", "post-keepalive"):
            with self.subTest(client):
                result, done = self.run_against(every(3, "close"), f"{client}:2:think=5")
                self.assertEqual(result["races"], done)
                self.assertEqual(result["by_client"][client]["races"], done)

    def test_a_retrying_client_gets_over_a_race(self):
        result, done = self.run_against(every(3, "close"), "keepalive-retries:2:think=5")
        self.assertEqual((result["races"], result["retried"]), (0, done))
        self.assertEqual(result["sent"], result["answered"])

    def test_only_the_naive_client_falls_for_a_connection_that_was_closed_while_it_rested(self):
        rested = every(2, "close_when_idle")
        naive, done = self.run_against(rested, "keepalive-naive:2:think=300", seconds="3")
        self.assertGreaterEqual(naive["races"], done - 2)      # the last closed one may not be asked again
        looking, _ = self.run_against(rested, "keepalive-looks:2:think=300", seconds="3")
        self.assertEqual(looking["races"], 0)
        self.assertGreater(looking["connections"], 2)


if __name__ == "__main__":
    unittest.main()
