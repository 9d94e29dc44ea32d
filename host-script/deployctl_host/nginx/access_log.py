"""What an app's own access log says of a stretch of time: how many requests, how many failed, how long they took."""

import json
import os
import re

DIRECTORY = '/var/log/nginx'
BLOCK = 1024 * 1024
LIMIT = 256 * 1024 * 1024
MOMENT = re.compile(rb'\{"ts":"[^"]*","msec":([0-9]+\.[0-9]+),')
# A line is written when its request ends; one that took longer than this is not looked for further back.
LONGEST = 120.0
OWN_AGENT = 'deployctl-host'


def path_of(app):
    return '%s/deployctl-%s.log' % (DIRECTORY, app)


class Stretch:
    """Requests that began from `begin` to `end` (seconds since 1970)."""

    def __init__(self, begin, end):
        self.begin, self.end = begin, end
        self.errors = 0
        self.times = []

    def take(self, entry, began):
        if self.begin <= began < self.end:
            self.times.append(entry['seconds'])
            self.errors += entry['status'] >= 500

    def facts(self):
        times = sorted(self.times)
        return {'requests': len(times), 'errors_5xx': self.errors, 'p50_ms': _share(times, 0.5),
                'p95_ms': _share(times, 0.95), 'seconds': int(round(self.end - self.begin))}


def _share(times, share):
    return int(round(times[min(len(times) - 1, int(len(times) * share))] * 1000)) if times else None


def read(app, stretches):
    """Fills the stretches from the log and the one before it. True when the log reaches back to all of them.

    Left out are this script's own probes, and what never was meant for the app (the page of a closed door).
    """
    oldest = min(stretch.begin for stretch in stretches)
    path, left = path_of(app), [LIMIT]
    reached = False
    for each in (path, path + '.1'):
        if reached or not os.path.exists(each):
            continue
        for line in _backwards(each, left):
            found = MOMENT.match(line)
            if found is None:
                continue
            ended = float(found.group(1))
            if ended < oldest:
                reached = True
                if ended < oldest - LONGEST:
                    break
            entry = _entry(line)
            if entry is not None:
                for stretch in stretches:
                    stretch.take(entry, ended - entry['seconds'])
    return reached


def _entry(line):
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    sound = isinstance(entry.get('status'), int) and isinstance(entry.get('seconds'), (int, float))
    return entry if sound and entry.get('upstream') and entry.get('agent') != OWN_AGENT else None


def _backwards(path, left):
    """Whole lines from the end of a file to its beginning, as long as anything of `left` bytes is left."""
    with open(path, 'rb') as source:
        place = source.seek(0, os.SEEK_END)
        rest = b''
        while place and left[0] > 0:
            size = min(BLOCK, place)
            place -= size
            left[0] -= size
            source.seek(place)
            lines = (source.read(size) + rest).split(b'\n')
            rest = lines[0]
            yield from reversed(lines[1:])
        if not place:
            yield rest
