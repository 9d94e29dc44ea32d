"""Tests of assets on a real host: nginx serves those of the last releases from disk, and nothing else."""

import threading
import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import Traffic

STATE = '/var/lib/deployctl/scen'


class Assets(Scenario):

    settings = {'assets.path': '/public/assets', 'assets.url': '/assets/', 'assets.keep': '2'}

    def asset(self, name):
        """Returns (status, content type, content) of an asset."""
        status, headers, body = self.host.get('scen.scen', '/assets/' + name)
        return status, headers.get('Content-Type'), body.decode()

    def test_both_releases_are_served_before_and_after_the_switch(self):
        self.serving('v30-assets')
        self.assertEqual(self.call('pull', '--tag=v31-assets').last['assets'], 2)
        for tag in ('v30', 'v31'):
            status, kind, body = self.asset('app-%s-assets.js' % tag)
            self.assertEqual((status, body), (200, tag))
            self.assertIn('javascript', kind)
        self.assertEqual(self.asset('site.css'), (200, 'text/css', 'v30'))
        release = self.serving('v31-assets')
        self.assertEqual(self.asset('site.css'), (200, 'text/css', 'v31'))
        self.assertEqual(self.asset('app-v30-assets.js')[0], 200)
        self.assertEqual(self.asset('neither.js')[0], 404, 'the app answers what is not there')
        self.assert_serves(release)
        self.assertEqual(self.host.sh('docker ps -aq --filter name=scen-assets'), '')

    def test_rollback_serves_the_older_one(self):
        first = self.serving('v30-assets')
        self.serving('v31-assets')
        self.assertEqual(self.good(self.call('rollback')), first)
        self.assertEqual(self.asset('site.css')[2], 'v30')
        self.assertEqual(self.asset('app-v31-assets.js')[0], 200)

    def test_no_asset_is_missing_at_any_moment_of_deploys(self):
        self.serving('v30-assets')
        self.call('pull', '--tag=v31-assets')
        seen, stop = [], threading.Event()

        def ask():
            while not stop.is_set():
                for name in ('app-v30-assets.js', 'app-v31-assets.js'):
                    seen.append(self.asset(name)[0])
        thread = threading.Thread(target=ask)
        thread.start()
        try:
            with Traffic(self.host, 'scen.scen') as traffic:
                for tag in ('v31-assets', 'v30-assets', 'v31-assets'):
                    self.serving(tag)
        finally:
            stop.set()
            thread.join()
        self.assertEqual(set(seen), {200})
        self.assertEqual(traffic.lost, 0, traffic.summary())
        if self.mode == 'socket':   # a reload, as port mode needs it, may meet clients that reuse connections
            self.assertEqual(traffic.races, 0, traffic.summary())
        self.assertGreater(len(seen), 100)

    def test_links_in_an_image_lead_nowhere(self):
        told = self.deploy('v32-links')
        release = self.good(told)
        self.assertIn('3 entries under /public/assets', [one['message'] for one in told.of('warning')][0])
        for name in ('passwd', 'env', 'up/etc/passwd', '../../../etc/passwd', '%2e%2e/%2e%2e/@about.json'):
            self.assertNotEqual(self.asset(name)[0], 200, name)
        self.assertEqual(self.asset('app-v32-links.js')[2], 'v32')
        found = self.host.sh('find %s/assets -mindepth 2 ! -type d ! -type f' % STATE)
        self.assertEqual(found, '')
        modes = 'find %s/assets -mindepth 2 -type f ! -name @about.json ! -perm 0644' % STATE
        self.assertEqual(self.host.sh(modes), '')
        self.assertEqual(self.host.sh('find %s/assets ! -user root' % STATE), '')
        self.assert_serves(release)

    def test_no_account_and_no_container_can_write_them(self):
        self.serving('v30-assets')
        place = self.host.sh('readlink -f %s/assets/current' % STATE) + '/assets'
        for user in ('nobody', 'www-data', 'deploy'):
            self.assertNotEqual(self.host.run('setpriv', '--reuid=' + user, '--clear-groups', '--', 'touch',
                                              place + '/new').returncode, 0, user)
        mounts = self.host.sh("docker ps -q --filter label=deployctl.app=scen | xargs docker inspect -f "
                              "'{{range .Mounts}}{{.Source}} {{end}}'")
        self.assertNotIn('/assets', mounts)
        self.assertIn('noexec', self.host.sh('findmnt -n -o OPTIONS -T %s' % place))

    def test_image_without_the_directory_is_refused(self):
        self.serving('v30-assets')
        before = self.facts()
        error = self.assert_refused(self.deploy('v2'), 78, 'definition', before, outcome='refused')
        self.assertIn('the image has no /public/assets', error['message'])

    def test_section_that_goes(self):
        self.serving('v30-assets')
        self.define(assets__path=None, assets__url=None, assets__keep=None)
        definition = self.host.read('/etc/deployctl/apps/scen.conf').replace('[assets]', '')
        self.host.write('/etc/deployctl/apps/scen.conf', definition + '\n')
        self.assert_serves(self.serving('v2'))
        self.assertEqual(self.asset('app-v30-assets.js')[0], 404)
        self.assertNotEqual(self.host.run('ls', STATE + '/assets').returncode, 0)


class AssetsPortMode(Assets):
    mode = 'port'
    # The mode makes no difference to these.
    test_links_in_an_image_lead_nowhere = None
    test_no_account_and_no_container_can_write_them = None
    test_image_without_the_directory_is_refused = None


if __name__ == '__main__':
    unittest.main()
