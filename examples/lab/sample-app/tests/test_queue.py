"""The sample app's worker on a real Redis: jobs end in peace, and a job of a killed worker is redelivered."""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.dirname(HERE)


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("did not happen within %g s" % seconds)
        time.sleep(0.02)


class Queue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="sample-app-")
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        subprocess.run([os.path.join(SOURCE, "build"), os.path.join(cls.directory, "app")], check=True)

    def setUp(self):
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.redis = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "",
                                       "--dir", self.directory], stdout=subprocess.DEVNULL)
        self.addCleanup(self.redis.wait)
        self.addCleanup(self.redis.kill)
        until(lambda: self.ask("PING") == "PONG")
        self.workers = []
        self.addCleanup(self.end_workers)

    def ask(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True,
                              check=False).stdout.strip()

    def job(self, number, ms=10):
        self.ask("XADD", "jobs", "*", "n", str(number), "ms", str(ms))

    def done(self):
        words = self.ask("HGETALL", "done").split()
        return {int(number): int(count) for number, count in zip(words[::2], words[1::2])}

    def start(self, *words, **environment):
        environment = {"APP_QUEUE": "127.0.0.1:%d" % self.port, "APP_VERSION": "v1", **environment}
        log = open(os.path.join(self.directory, "log"), "w+", encoding="utf-8")
        self.addCleanup(log.close)
        process = subprocess.Popen([os.path.join(self.directory, "app"), *words], stderr=log, env=environment)
        self.workers.append(process)
        return process, log

    def end_workers(self):
        for worker in self.workers:
            worker.kill()
            worker.wait()

    @staticmethod
    def said(log):
        log.flush()
        with open(log.name, encoding="utf-8") as file:
            return file.read()

    def test_every_job_is_done_once(self):
        for number in range(20):
            self.job(number)
        self.start("worker")
        self.start("worker")
        until(lambda: len(self.done()) == 20)
        self.assertEqual({number: 1 for number in range(20)}, self.done())

    def test_the_job_in_hand_is_finished_after_sigterm(self):
        self.job(1, 1500)
        worker, log = self.start("worker")
        until(lambda: "job 1 begins" in self.said(log))
        worker.send_signal(signal.SIGTERM)
        self.assertEqual(0, worker.wait(30))
        self.assertEqual({1: 1}, self.done())
        self.assertIn("job 1 is done, after SIGTERM\nworker ends in peace\n", self.said(log))

    def test_the_job_of_a_killed_worker_is_redelivered(self):
        self.job(1, 60000)
        worker, log = self.start("worker")
        until(lambda: "job 1 begins" in self.said(log))
        self.ask("XADD", "jobs", "*", "n", "2", "ms", "1")
        worker.kill()
        worker.wait()
        _, log = self.start("worker", APP_CLAIM_MS="300")
        until(lambda: "job 1 begins" in self.said(log))

    def test_a_worker_waits_for_a_queue_that_is_down(self):
        worker, log = self.start("worker", APP_QUEUE="127.0.0.1:1")
        until(lambda: "does not answer" in self.said(log))
        worker.send_signal(signal.SIGTERM)
        self.assertEqual(0, worker.wait(30))

    def test_a_worker_may_fail_at_its_start(self):
        worker, _ = self.start("worker", APP_WORKER_EXIT="7")
        self.assertEqual(7, worker.wait(30))

    def test_migrations_and_reports_are_counted(self):
        for words in (("migrate",), ("report",), ("migrated",)):
            self.assertEqual(0, self.start(*words)[0].wait(30))
        self.assertEqual(1, self.start("migrated", APP_PENDING="1")[0].wait(30))
        self.assertEqual(("1", "1"), (self.ask("HGET", "migrations", "v1"), self.ask("HGET", "reports", "v1")))


if __name__ == "__main__":
    unittest.main()
