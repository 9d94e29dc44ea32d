"""Tests of the web part that is kept with a release."""

import json
import unittest

from deployctl_host.config import definition
from deployctl_host.store import web_part
from tests.sandbox import Sandbox

TEXT = '''[app]
repository = registry.example.com/blog
deployers = alice
[connect]
mode = port
[vhost]
server-name = blog.example.com, www.example.com
listen = 80, 443 ssl
certificate = /etc/ssl/blog.pem
certificate-key = /etc/ssl/blog.key
[health]
expect = 200-204, 301
min-healthy = 3s
[assets]
path = /app/public/assets
url = /assets/
[process worker]
command = bin/work
'''
WITHOUT = '''[app]
repository = registry.example.com/blog
deployers = alice
[process worker]
command = bin/work
'''


class WebPart(Sandbox):
    def setUp(self):
        super().setUp()
        self.define(text=TEXT)
        self.with_web = definition.load_app('blog')
        self.define(text=WITHOUT)
        self.without = definition.load_app('blog')
        self.stored = json.loads(json.dumps(web_part.as_dict(web_part.of(self.with_web))))

    def test_stored_web_part_is_read_as_it_was(self):
        self.assertTrue(web_part.is_sound(self.stored))
        kept = web_part.from_dict(self.stored)
        self.assertEqual(web_part.of(self.with_web), kept)
        found = web_part.restored(self.without, kept)
        for part in ('vhost', 'connect', 'health', 'assets'):
            self.assertEqual(getattr(self.with_web, part), getattr(found, part))
        self.assertEqual(self.without.processes, found.processes)

    def test_definition_with_a_web_part_of_its_own_keeps_it(self):
        kept = web_part.from_dict(self.stored)
        other = self.with_web._replace(vhost=self.with_web.vhost._replace(server_name=('new.example.com',)))
        self.assertEqual(other, web_part.restored(other, kept))
        self.assertEqual(self.without, web_part.restored(self.without, None))
        self.assertIsNone(web_part.of(self.without))

    def test_absent_fields_have_defaults_and_unknown_ones_are_ignored(self):
        del self.stored['assets'], self.stored['health']['min_healthy']
        self.stored['vhost']['later'] = 1
        self.assertTrue(web_part.is_sound(self.stored))
        found = web_part.from_dict(self.stored)
        self.assertEqual((None, 0.0), (found.assets, found.health.min_healthy))

    def test_damaged_web_part_is_not_sound(self):
        for path, value in ((('vhost',), None), (('vhost', 'server_name'), 'blog'), (('vhost', 'listen'), [1]),
                            (('health', 'interval'), '1s'), (('connect', 'container_port'), '8080'),
                            (('assets',), 3), (('vhost', 'certificate'), ['x']), (('health', 'expect'), None)):
            bent = json.loads(json.dumps(self.stored))
            inner = bent
            for name in path[:-1]:
                inner = inner[name]
            inner[path[-1]] = value
            self.assertFalse(web_part.is_sound(bent), path)
        for value in (None, [], 'x', {}, dict(self.stored, connect=1)):
            self.assertFalse(web_part.is_sound(value), value)
        del self.stored['vhost']['server_name']
        self.assertFalse(web_part.is_sound(self.stored))


if __name__ == '__main__':
    unittest.main()
