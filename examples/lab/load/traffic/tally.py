"""The account: what was sent, answered, lost and raced, by client, by release and over time."""
import collections
import math
import time

SAMPLES_PER_KIND = 5
COUNTS = ("clients", "connections", "sent", "answered", "lost", "races", "retried")


class Tally:
    def __init__(self, started):
        self.started = started                                 # on the monotonic clock, shared by all processes
        self.clients = {}                                      # client name -> counts
        self.samples = collections.defaultdict(list)           # kind of loss -> samples
        self.releases = {}                                     # (target, release, version) -> [answers, first, last]
        self.timeline: collections.Counter = collections.Counter()     # (second, target, version) -> answers

    def of(self, client):
        if client not in self.clients:
            self.clients[client] = dict.fromkeys(COUNTS, 0)
            self.clients[client]["lost_by_kind"] = collections.Counter()
            self.clients[client]["buckets"] = collections.Counter()
        return self.clients[client]

    def add(self, client, count_name):
        self.of(client)[count_name] += 1

    def answered(self, client, target, headers, seconds):
        counts = self.of(client)
        counts["answered"] += 1
        counts["buckets"][bucket(seconds)] += 1
        at = time.monotonic() - self.started
        version = headers.get("x-version", "?")
        key = (target, headers.get("x-release", "?"), version)
        seen = self.releases.setdefault(key, [0, at, at])
        seen[0] += 1
        seen[2] = at
        self.timeline[int(at), target, version] += 1

    def lost(self, client, target, loss, seconds):
        counts = self.of(client)
        counts["lost"] += 1
        counts["lost_by_kind"][loss.kind] += 1
        if len(self.samples[loss.kind]) < SAMPLES_PER_KIND:
            self.samples[loss.kind].append({
                "at": round(time.monotonic() - self.started, 3), "client": client, "target": target,
                "kind": loss.kind, "detail": str(loss), "after_ms": round(seconds * 1000)})

    def plain(self):
        """As plain data, to be sent from one process to another."""
        return {"clients": self.clients, "samples": self.samples,
                "releases": [[list(key), value] for key, value in self.releases.items()],
                "timeline": [[list(key), value] for key, value in self.timeline.items()]}

    def merge(self, plain):
        for client, theirs in plain["clients"].items():
            ours = self.of(client)
            for name in COUNTS:
                ours[name] += theirs[name]
            ours["lost_by_kind"].update(theirs["lost_by_kind"])
            ours["buckets"].update({int(key): value for key, value in theirs["buckets"].items()})
        for kind, samples in plain["samples"].items():
            self.samples[kind] = (self.samples[kind] + samples)[:SAMPLES_PER_KIND]
        for key, (answers, first, last) in plain["releases"]:
            seen = self.releases.setdefault(tuple(key), [0, first, last])
            seen[:] = [seen[0] + answers, min(seen[1], first), max(seen[2], last)]
        for key, answers in plain["timeline"]:
            self.timeline[tuple(key)] += answers

    def result(self):
        """The account as it is written for whoever asked."""
        clients = {name: self._client(counts) for name, counts in sorted(self.clients.items())}
        result = {name: sum(counts[name] for counts in self.clients.values()) for name in COUNTS}
        by_kind: collections.Counter = collections.Counter()
        for counts in self.clients.values():
            by_kind.update(counts["lost_by_kind"])
        result.update(
            lost_by_kind=dict(by_kind),
            samples=sorted((s for samples in self.samples.values() for s in samples), key=lambda s: s["at"]),
            by_client=clients,
            releases=[{"target": target, "release": release, "version": version, "answers": answers,
                       "first": round(first, 3), "last": round(last, 3)}
                      for (target, release, version), (answers, first, last)
                      in sorted(self.releases.items(), key=lambda item: (item[0][0], item[1][1]))],
            timeline=[{"second": second, "target": target, "version": version, "answers": answers}
                      for (second, target, version), answers in sorted(self.timeline.items())])
        return result

    @staticmethod
    def _client(counts):
        shown = {name: counts[name] for name in COUNTS}
        shown["lost_by_kind"] = dict(counts["lost_by_kind"])
        shown["ms"] = {f"p{p}": percentile(counts["buckets"], p) for p in (50, 99, 100)}
        return shown


def bucket(seconds):
    """Eight buckets to each doubling: a percentile is right within 9 %."""
    return math.ceil(math.log2(max(seconds, 1e-5)) * 8)


def percentile(buckets, p):
    """In milliseconds, the upper edge of the bucket; None without an answer."""
    total, seen = sum(buckets.values()), 0
    for key in sorted(buckets):
        seen += buckets[key]
        if seen * 100 >= total * p:
            return round(2 ** (key / 8) * 1000, 2)
    return None
