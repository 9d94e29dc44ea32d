"""Fixture of an app that can hold a release beside its live one."""

import os

from deployctl_host.store import held
from tests.unit.call_fixture import CallFixture

TOKEN = '0123456789abcdef0123456789abcdef'


class HeldFixture(CallFixture):
    """The live release is `self.live`."""

    def setUp(self):
        super().setUp()
        self.redefine('[vhost]\n', '[vhost]\npreview = yes\n')
        self.deploy('v1')
        self.live = self.serving

    def hold(self, tag='v2', *words):
        """Holds a release by a whole call and returns its id."""
        code, told = self.call('deploy', 'blog', '--tag=' + tag, '--hold=3600', *words)
        self.assertEqual((0, 'held'), (code, told[-1].get('outcome')), told[-1])
        return told[-1]['held']

    def ended(self, *words):
        """Makes a call and returns (exit code, outcome, the live release, whether it changed)."""
        code, told = self.call(*words)
        return code, told[-1].get('outcome'), told[-1].get('serving'), told[-1].get('changed')

    def refused(self, *words):
        """Makes a call that is refused and returns its error."""
        code, told = self.call(*words)
        self.assertEqual(code, told[-1]['exit'])
        self.assertNotEqual(0, code, told[-1])
        return told[-1]['error']

    def container(self, release, instance=1):
        return 'deployctl-blog-%s-%d' % (release, instance)

    def policy(self, release):
        return self.docker._by(self.container(release))['policy']

    def previews(self):
        """Returns {name: where it leads} of all links to a held release."""
        directory = held.preview_dir(self.state)
        names = os.listdir(directory) if os.path.isdir(directory) else []
        return {name: os.readlink('%s/%s' % (directory, name)) for name in names}

    def assert_nothing_is_held(self):
        self.assertIsNone(held.load(self.state))
        self.assertEqual({}, self.previews())

    def expire(self):
        held.save(self.state, held.load(self.state)._replace(deadline=0.0))
