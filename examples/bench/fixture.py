"""Fixture of the measurements: their app on a lab host, statistics, and files of results.

The app, its traffic and the calls are those of the host script's own lab tests (host-script/tests/lab).
"""
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
HOME = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HOME)), 'host-script'))

from tests.lab.scenario import Scenario  # noqa: E402  (the path must be set first)


class Bench(Scenario):
    """An app `bench`, with the time-outs that a real one has."""

    app = 'bench'

    def runTest(self):
        raise NotImplementedError('this is a measurement')

    def begin(self, host_name, mode):
        type(self).host_name, self.mode = host_name, mode
        self.setUpClass()
        self.setUp()
        self.define(health__interval='250ms', health__deadline='30s', health__timeout='5s', drain__timeout='15s',
                    drain__stop_timeout='10s', resources__memory='128m')
        self.serving('v1')
        return self

    def end(self):
        self.tearDownClass()


def spread(values):
    """Median, minimum, maximum and 90th percentile: on a machine with other work, a mean says little."""
    ordered = sorted(values)
    return {'median': round(statistics.median(ordered), 3), 'min': round(ordered[0], 3), 'max': round(ordered[-1], 3),
            'p90': round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))], 3), 'count': len(ordered)}


def circumstances():
    """Date, command, machine and versions of a measurement."""
    return {'date': datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='seconds'),
            'command': ' '.join([os.path.relpath(sys.argv[0])] + sys.argv[1:]), 'kernel': platform.release(),
            'cpus': os.cpu_count(), 'load_average': [round(one, 1) for one in os.getloadavg()],
            'nginx': version('nginx', '-v'), 'docker': version('dockerd', '--version')}


def version(*argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, check=False)
    return done.stdout.strip().splitlines()[0]


def write(result, path):
    if path:
        with open(path, 'w', encoding='utf-8') as target:
            json.dump(result, target, indent=1)
            target.write('\n')


def table(rows):
    """Prints rows in columns; the first row has their names."""
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print('  '.join(str(word).ljust(width) for word, width in zip(row, widths)).rstrip())
