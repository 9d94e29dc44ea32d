"""Fixture of an app with schedules, on a host with a fake systemd."""

import os

from deployctl_host import access
from deployctl_host.systemd import calendars
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_systemd import FakeSystemd

NIGHTLY = '[schedule nightly]\nat = 0 3 * * *\ntimezone = Asia/Tokyo\ncommand = bin/report --all\n'
WEEKLY = '[schedule weekly]\nat = Mon *-*-* 06:30:00\ncommand = bin/clean\nroles = cron\n'
TIMER = 'deployctl-blog_nightly.timer'
SERVICE = 'deployctl-blog_nightly.service'
ROOT = access.Caller('root', 0)


class ScheduleFixture(CallFixture):
    def setUp(self):
        super().setUp()
        self.systemd = FakeSystemd(self)
        self.patch(calendars, 'check', self.check_calendar)
        self.plain = self.text()
        self.wrong = {}     # {calendar expression: what systemd says}

    def check_calendar(self, expression):
        if expression in self.wrong:
            raise ValueError(self.wrong[expression])
        return 'it does not elapse any more' if expression.startswith('2001') else None

    def text(self):
        with open(self.root + '/etc/apps/blog.conf', encoding='utf-8') as source:
            return source.read()

    def schedule(self, *sections):
        """Writes the definition with these schedules."""
        self.write('etc/apps/blog.conf', self.plain + ''.join(sections), 0o644)

    def content(self, name):
        with open(os.path.join(self.root, 'units', name), encoding='ascii') as source:
            return source.read()

    def good(self, told):
        self.assertEqual(('succeeded', 0), (self.last(told)['outcome'], self.last(told)['exit']), told)

    def drift(self):
        code, told = self.call('status', 'blog', '--output=ndjson')
        self.assertEqual(code, 0)
        return told[0]['drift']
