"""Fixture for calls of `apply`: archives of operators' files on standard input, made by root."""

import json
import os
import threading

from deployctl_host import access, paths
from deployctl_host.errors import HostError
from deployctl_host.nginx import candidate
from tests.unit.call_fixture import CallFixture
from tests.unit.tars import tar

META = {'commit': '5f0c1d2e3a4b', 'dirty': False, 'source': 'alice@laptop:/srv/fleet'}


class ApplyFixture(CallFixture):

    def setUp(self):
        super().setUp()
        self.caller = access.Caller('root', 0)
        self.tested = []        # the texts that nginx was asked about
        self.refuses = None     # what it says of them
        self.patch(candidate, 'test_all', self._test_all)
        self.set = {name: self.content(name) for name in ('apps/blog.conf', 'env/blog.env', 'host.conf')}

    def _test_all(self, settings, names, texts):
        self.tested.append(texts)
        if self.refuses:
            raise HostError('definition', self.refuses)
        self.nginx.test(settings, None, names)

    def content(self, name):
        """Returns a file below /etc/deployctl, or None."""
        try:
            with open('%s/%s' % (paths.ETC, name), 'rb') as source:
                return source.read()
        except FileNotFoundError:
            return None

    def on_disk(self):
        """Returns {name: content} of all operators' files that are on this host."""
        found = {}
        for directory, _, files in os.walk(paths.ETC):
            for name in files:
                below = os.path.relpath(os.path.join(directory, name), paths.ETC)
                found[below] = self.content(below)
        return found

    def archive(self, **meta):
        """Returns an archive of `self.set`."""
        return tar(('meta.json', json.dumps(dict(META, **meta)).encode()), *sorted(self.set.items()))

    def apply(self, *words, data=None, by='alice@laptop', output='ndjson'):
        """Makes the call with an archive as its standard input and returns (exit code, events)."""
        reading, writing = os.pipe()
        content = self.archive() if data is None else data

        def send():
            with os.fdopen(writing, 'wb') as target:
                try:
                    target.write(content)
                except BrokenPipeError:
                    pass
        sender = threading.Thread(target=send)
        sender.start()
        before = os.dup(0)
        os.dup2(reading, 0)
        os.close(reading)
        try:
            return self.call('apply', '--output=' + output, '--by=' + by, *words)
        finally:
            os.dup2(before, 0)
            os.close(before)
            sender.join()

    def applied(self, *words, **given):
        """Applies and returns the last event, which must be a success."""
        code, told = self.apply(*words, **given)
        self.assertEqual((code, told[-1]['type']), (0, 'apply.finished'), told)
        return told[-1]

    def refused(self, kind, *words, **given):
        """Applies and returns the error, which must be of this kind and leave everything as it was."""
        before = self.on_disk()
        code, told = self.apply(*words, **given)
        self.assertEqual((told[-1]['type'], told[-1]['error']['kind'], told[-1]['exit']), ('error', kind, code), told)
        self.assertEqual(told[-1]['error']['state'], 'nothing was changed')
        self.assertEqual(before, self.on_disk())
        return told[-1]['error']

    def change(self, name, old, new):
        """Replaces a text in a file of the set."""
        text = self.set[name].decode()
        self.assertIn(old, text)
        self.set[name] = text.replace(old, new).encode()
