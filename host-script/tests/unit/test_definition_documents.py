"""Tests that docs/host-configuration.md and the samples describe what the reader of definitions reads."""

import os
import re
import unittest

from deployctl_host.config import definition, schema
from tests.sandbox import MINIMAL, Sandbox

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
PACKAGING = os.path.join(ROOT, 'host-script', 'packaging')


class Document(Sandbox):
    def test_every_documented_key_is_read_and_every_key_read_is_documented(self):
        with open(os.path.join(ROOT, 'docs', 'host-configuration.md'), encoding='utf-8') as source:
            app, _, host = source.read().partition('## `/etc/deployctl/host.conf`')
        self.assertEqual(self.documented(app) - {'volumes.NAME'}, self.keys(schema.AppDefinition))
        self.assertEqual(self.documented(host), self.keys(schema.HostConfig))

    def test_documented_defaults_are_the_defaults(self):
        """A definition with every documented default is equal to one without them."""
        with open(os.path.join(ROOT, 'docs', 'host-configuration.md'), encoding='utf-8') as source:
            app, _, host = source.read().partition('## `/etc/deployctl/host.conf`')
        stated = self.defaults(app)
        self.assertGreater(len(stated), 25)
        self.define('blog', MINIMAL + (
            '[release]\ncommand = migrate\n[assets]\npath = /assets\nurl = /assets/\n'
            '[process x]\ncommand = work\n[schedule x]\nat = daily\ncommand = work\n'))
        self.define('same', self.spelled(stated, {
            'app': MINIMAL.split('\n')[1:3], 'vhost': MINIMAL.split('\n')[4:5], 'release': ['command = migrate'],
            'assets': ['path = /assets', 'url = /assets/'], 'process NAME': ['command = work'],
            'schedule NAME': ['at = daily', 'command = work']}).replace('NAME', 'x'))
        same = definition.load_app('same')._replace(app='blog')
        self.assertEqual(definition.load_app('blog'), same)
        stated = self.defaults(host)
        self.assertGreater(len(stated), 7)
        self.write('etc/host.conf', self.spelled(stated, {}), 0o644)
        self.assertEqual(schema.HostConfig(), definition.load_host())

    @staticmethod
    def defaults(text):
        rows = re.findall(r'^\| `\[([a-z]+(?: NAME)?)\] ([a-z-]+)`(?:, `[a-z-]+`)* \| `?([^|`]+)`? \|', text, re.M)
        return [row for row in rows if (' ' not in row[2].strip() or row[2] == 'running 10s') and "'s" not in row[2]
                and row[2].strip() not in ('required', 'none')]

    @staticmethod
    def spelled(rows, sections):
        for section, key, value in rows:
            sections.setdefault(section, []).append('%s = %s' % (key, value.strip().replace('<app>', 'blog')))
        return ''.join('[%s]\n%s\n' % (section, '\n'.join(lines)) for section, lines in sections.items())

    @staticmethod
    def documented(text):
        found = set()
        rows = re.findall(r'^\| `\[([a-z]+(?: NAME)?)\] ([A-Za-z-]+)`((?:, `[a-z-]+`)*)', text, re.M)
        for section, first, more in rows:
            found |= {'%s.%s' % (section, key) for key in [first] + re.findall('[a-z-]+', more)}
        return found

    # Keys that are not named as the attributes that hold them.
    RENAMED = {'app.ports': 'ports.range', 'app.roles': 'host.roles'}
    NAMED = {'processes': 'process NAME', 'schedules': 'schedule NAME'}

    def keys(self, record):
        found = set()
        for field, kind in record.__annotations__.items():
            section = self.NAMED.get(field, field)
            if section == 'process NAME':
                found |= {'%s.%s' % (section, name) for name in schema.Resources.__annotations__}
            inner = [one for one in (kind, *getattr(kind, '__args__', ())) if one in vars(schema).values()]
            names = set(inner[0].__annotations__) - {'name'} if inner and field != 'volumes' else set()
            found |= {'%s.%s' % (section, name.replace('_', '-')) for name in names}
            if not names and field not in ('app', 'volumes'):
                name = 'app.' + field.replace('_', '-')
                found.add(self.RENAMED.get(name, name))
        found.discard('process NAME.resources')     # its keys are those of [resources]
        return found | ({'process NAME.health-deadline'} if record is schema.AppDefinition else set())

    def test_samples_load_as_shipped_and_with_every_key_uncommented(self):
        samples = (('app.conf.sample', lambda: definition.load_app('blog')), ('host.conf.sample', definition.load_host))
        for name, load in samples:
            with open(os.path.join(PACKAGING, name), encoding='utf-8') as source:
                shipped = source.read().replace('/etc/deployctl/templates', self.root)
            opened = re.sub(r'^;(?=[a-z-]+ =|  |\[)', '', shipped, flags=re.M)
            for text in (shipped, opened):
                self.define(text=text)
                self.write('etc/host.conf', text, 0o644)
                load()
            self.assertNotRegex(opened, r'(?m)^;[a-z-]+ *=')


if __name__ == '__main__':
    unittest.main()
