"""How a run starts and ends, and what its account tells besides losses."""
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

from tests.bed import LOAD, App, until
from traffic.exchange import Lost
from traffic.tally import Tally, percentile


def tearDownModule():
    App.clean()


def connections_to(port):
    """Returns the number of TCP connections to a local port, those that were closed in the last minute included."""
    listed = subprocess.run(["ss", "-Htan", f"( dport = :{port} or sport = :{port} )"],
                            capture_output=True, text=True, check=True)
    return len(listed.stdout.splitlines())


class Runs(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def file(self, name):
        return os.path.join(self.scratch, name)

    def start(self, *words):
        return subprocess.Popen([sys.executable, LOAD, "--out", self.file("result"), *words],
                                stderr=subprocess.PIPE, text=True)

    def result(self):
        with open(self.file("result"), encoding="utf-8") as file:
            return json.load(file)

    def test_it_ends_by_sigterm_with_its_account(self):
        for processes in ("1", "3"):
            with self.subTest(processes=processes), App() as app:
                run = self.start("--target", f"127.0.0.1:{app.port}", "--client", "new:6:think=5",
                                 "--processes", processes)
                until(lambda port=app.port: connections_to(port) > 100)
                run.send_signal(signal.SIGTERM)
                _, said = run.communicate(timeout=20)
                self.assertEqual(run.returncode, 0, said)
                result = self.result()
                self.assertEqual((result["clients"], result["lost"]), (6, 0))
                self.assertGreater(result["answered"], 80)
                self.assertIn(f"{result['sent']} requests sent, 0 lost", said)

    def test_it_ends_when_the_file_appears_and_says_when_all_answer(self):
        with App() as one, App() as two:
            run = self.start("--target", f"127.0.0.1:{one.port}", "--target", f"127.0.0.1:{two.port}",
                             "--client", "keepalive-naive:2:think=5",
                             "--until-file", self.file("stop"), "--ready-file", self.file("ready"))
            until(lambda: os.path.exists(self.file("ready")))
            self.assertIsNone(run.poll())
            with open(self.file("stop"), "w", encoding="utf-8"):
                pass
            run.communicate(timeout=20)
            self.assertEqual(run.returncode, 0)
            self.assertEqual({entry["target"] for entry in self.result()["releases"]}, set(self.result()["targets"]))

    def test_it_tells_which_release_answered_when(self):
        with App(DEPLOYCTL_RELEASE="r1") as old, App(APP_VERSION="v2", DEPLOYCTL_RELEASE="r2") as new:
            run = self.start("--target", f"127.0.0.1:{old.port}", "--target", f"127.0.0.1:{new.port}",
                             "--client", "new:1:think=20", "--max-seconds", "1.5")
            run.communicate(timeout=20)
            result = self.result()
        self.assertEqual({(entry["version"], entry["release"]) for entry in result["releases"]},
                         {("v1", "r1"), ("v2", "r2")})
        self.assertEqual(sum(entry["answers"] for entry in result["releases"]), result["answered"])
        self.assertEqual(sum(entry["answers"] for entry in result["timeline"]), result["answered"])
        self.assertEqual({entry["second"] for entry in result["timeline"]}, {0, 1})

    def test_a_request_under_way_at_the_end_is_brought_to_its_end(self):
        with App() as app:
            run = self.start("--target", f"127.0.0.1:{app.port}", "--client", "slow:2:s=2", "--max-seconds", "0.5")
            run.communicate(timeout=20)
        self.assertEqual((self.result()["answered"], self.result()["lost"]), (2, 0))

    def test_a_pipe_or_a_link_is_written_to_and_stays_what_it_is(self):
        with App() as app:
            words = ("--target", f"127.0.0.1:{app.port}", "--client", "new:1:think=20", "--max-seconds", "0.3")
            os.symlink(self.file("behind"), self.file("result"))
            self.start(*words).communicate(timeout=20)
            self.assertTrue(os.path.islink(self.file("result")))
            self.assertEqual(self.result()["lost"], 0)
            os.unlink(self.file("result"))
            os.mkfifo(self.file("result"))
            run = self.start(*words)
            self.assertEqual(self.result()["lost"], 0)
            run.communicate(timeout=20)
            self.assertTrue(stat.S_ISFIFO(os.stat(self.file("result")).st_mode))

    def test_bad_words_are_refused(self):
        for words, said in ((("--target", "93.184.216.34:80"), "no load on others' hosts"),
                            (("--target", "127.0.0.1"), "is not ADDRESS:PORT"),
                            (("--target", "127.0.0.1:1", "--client", "nosuch:2"), "no such client"),
                            (("--target", "127.0.0.1:1", "--client", "new"), "say how many"),
                            (("--target", "127.0.0.1:1", "--client", "new:1:x=2"), "options are"),
                            (("--target", "127.0.0.1:1", "--max-seconds", "0"), "not within")):
            with self.subTest(words=words):
                run = self.start(*words)
                _, error = run.communicate(timeout=20)
                self.assertEqual(run.returncode, 2)
                self.assertIn(said, error)
                self.assertFalse(os.path.exists(self.file("result")))


class Tallies(unittest.TestCase):
    def test_merging_adds_up(self):
        whole = Tally(0)
        for _ in range(2):
            part = Tally(0)
            part.add("new", "sent")
            part.add("new", "sent")
            part.answered("new", "h:80", {"x-version": "v1", "x-release": "r"}, 0.1)
            part.lost("new", "h:80", Lost("cut", "why"), 0.2)
            whole.merge(json.loads(json.dumps(part.plain())))
        result = whole.result()
        self.assertEqual((result["sent"], result["answered"], result["lost"]), (4, 2, 2))
        self.assertEqual(result["lost_by_kind"], {"cut": 2})
        self.assertEqual(len(result["samples"]), 2)
        self.assertEqual(result["releases"][0]["answers"], 2)

    def test_percentiles_are_near(self):
        tally = Tally(0)
        for ms in range(1, 101):
            tally.answered("new", "h:80", {}, ms / 1000)
        buckets = tally.of("new")["buckets"]
        self.assertAlmostEqual(percentile(buckets, 50), 50, delta=5)
        self.assertAlmostEqual(percentile(buckets, 99), 99, delta=10)
        self.assertIsNone(percentile({}, 50))


if __name__ == "__main__":
    unittest.main()
