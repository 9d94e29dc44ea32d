"""Tests that records on disk survive updates of the script and can be read after a downgrade."""

import json
import re
import unittest

from deployctl_host.config import definition, schema
from deployctl_host.errors import HostError
from deployctl_host.store import parts, state
from deployctl_host.store.request import TransactionRequest
from deployctl_host.store.transactions import TransactionRecord
from deployctl_host.transaction import release
from tests.sandbox import MINIMAL, Sandbox
from tests.unit.test_definition import FULL

# Keys that later versions added, in the definition with every key.
LATER = re.compile(r'(trusted-proxies|forwarded|redirect|hsts) =.*\n|headers =\n(    .*\n)+')
# What version 0.1.0 wrote: fingerprints of definitions, release.json and request.json.
FINGERPRINTS = ((MINIMAL, 'b663c47bd879387f5288c17aba78bb4ed3e0bcd636ab0cce76f12eb97e7cad40'),
                (LATER.sub('', FULL),
                 '975f078e519579d7ead185d88e4879ed7de3447862ab1ab080d1af3b95158ca1'))
RELEASE = '''{
 "app": "blog",
 "by": "alice",
 "container_port": 8080,
 "created": "2026-11-30T06:45:00.391Z",
 "definition": "fa1ebb24e9a98e4b31ece945134f35cda096143c521228cc2f228b5c809eb54c",
 "digest": "sha256:db0e353a54e2afc9384374423400d1075fd1f87b5094f6f8e266ebc333739951",
 "env": {
  "names": [
   "GREETING"
  ],
  "revision": null,
  "sha256": "94399f4bd7308fe2043f96b80135da7d0e4d599fbcf2653f991ae79ca2d0e00e",
  "source": "file"
 },
 "image": "sha256:578fb19f3562ce8b2404d59c86fd42c70eaf92fbe2b7baa1be9c481c2b94f918",
 "instances": 2,
 "mode": "port",
 "ports": [
  18000,
  18003
 ],
 "release": "20261130-064500-efe059",
 "rollout": "r-first1",
 "tag": "v1"
}
'''
REQUEST = '''{
 "app": "blog",
 "asked": "2026-11-30T06:45:00.301Z",
 "by": "alice",
 "by-rollout": true,
 "digest": "sha256:db0e353a54e2afc9384374423400d1075fd1f87b5094f6f8e266ebc333739951",
 "from": null,
 "from-tag": "v1",
 "lock": "l-abcd1234",
 "number": 1,
 "verb": "deploy",
 "wait": 0.0
}
'''


class Fingerprint(Sandbox):
    def test_fingerprint_of_a_definition_survives_updates_of_the_script(self):
        """If it changed, the next deploy of the same image would start new containers on every host."""
        for text, recorded in FINGERPRINTS:
            self.define(text=text)
            self.assertEqual(recorded, release.fingerprint(definition.load_app('blog')))

    def test_fingerprint_changes_with_a_key_of_a_later_version_that_is_set(self):
        text, recorded = FINGERPRINTS[0]
        self.define(text=text.replace('[vhost]', '[vhost]\ntrusted-proxies = 10.0.0.0/16'))
        self.assertNotEqual(recorded, release.fingerprint(definition.load_app('blog')))


class Records(Sandbox):
    def setUp(self):
        super().setUp()
        self.state = state.AppState('blog')
        self.state.prepare()
        self.name = json.loads(RELEASE)['release']
        self.path = 'state/blog/releases/%s/release.json' % self.name

    def text(self, path):
        with open('%s/%s' % (self.root, path), encoding='utf-8') as source:
            return source.read()

    def test_release_is_read_and_written_as_version_0_1_0_did(self):
        self.write(self.path, RELEASE)
        found = self.state.release(self.name)
        self.assertEqual((found.mode, found.ports, found.env.names), ('port', [18000, 18003], ('GREETING',)))
        self.state.forget_release(self.name)
        self.state.save_release(found)
        self.assertEqual(RELEASE, self.text(self.path))

    def test_parts_of_a_release_that_another_version_wrote_are_kept(self):
        self.write(self.path, json.dumps(dict(json.loads(RELEASE), gates={'worker': 2})))
        self.state.save_release(self.state.release(self.name)._replace(ports=[18001, 18002]))
        self.assertEqual(dict(json.loads(RELEASE), ports=[18001, 18002], gates={'worker': 2}),
                         json.loads(self.text(self.path)))

    def test_processes_command_and_schedules_of_a_release_are_read_as_they_were_written(self):
        self.write(self.path, RELEASE)
        worker = schema.Process('worker', ('bundle', 'exec', 'sidekiq'), 2, schema.Resources(cpus=0.5, nofile=4096),
                                600.0, 'SIGQUIT', schema.ProcessHealth('exec', 10.0, ('bin/ok',)), ('worker',),
                                'stop-first')
        nightly = schema.Schedule('nightly', '*-*-* 03:00:00', ('bin/rake', 'report'), 'Asia/Tokyo', 'one', ('a', 'b'))
        record = self.state.release(self.name)._replace(command=('puma',), processes=(worker,), schedules=(nightly,))
        self.state.save_release(record)
        self.assertEqual(record, self.state.release(self.name))

    def test_damaged_process_of_a_release_is_reported(self):
        good = parts.as_dict(schema.Process('worker', ('work',)))
        for wrong in ({'name': '../x'}, {'command': []}, {'command': 'work'}, {'instances': '1'}, {'resources': None},
                      {'health': {'type': 'http'}}, {'stop_timeout': None}, {'order': 'none'}):
            self.write(self.path, json.dumps(dict(json.loads(RELEASE), processes=[dict(good, **wrong)])))
            with self.subTest(wrong), self.assertRaises(HostError):
                self.state.release(self.name)

    def test_release_with_the_needed_parts_alone_is_read(self):
        parts = {'release': self.name, 'app': 'blog', 'digest': 'x', 'mode': 'socket', 'instances': 1, 'ports': None,
                 'env': {}}
        self.write(self.path, json.dumps(parts))
        found = self.state.release(self.name)
        self.assertEqual((found.brief(), found.env.sha256), ({'release': self.name, 'digest': 'x', 'tag': None}, None))

    def test_request_is_read_and_written_as_version_0_1_0_did(self):
        record = TransactionRecord(self.state, 'r-first1')
        self.write('state/blog/transactions/r-first1/request.json', REQUEST)
        found = record.request()
        self.assertEqual((found.client, found.by_rollout, found.image_tag, found.number), (None, True, 'v1', 1))
        record.forget()
        self.assertTrue(record.create(found))
        self.assertEqual(REQUEST, self.text('state/blog/transactions/r-first1/request.json'))

    def test_parts_of_a_request_that_this_version_does_not_know_are_skipped(self):
        self.write('state/blog/transactions/r-first1/request.json', json.dumps(dict(json.loads(REQUEST), later=True)))
        self.assertEqual(TransactionRecord(self.state, 'r-first1').request(),
                         TransactionRequest.from_dict(json.loads(REQUEST)))


if __name__ == '__main__':
    unittest.main()
