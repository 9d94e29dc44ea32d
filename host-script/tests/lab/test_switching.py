"""Tests of the switch and of failures of nginx: scenarios 15 to 21."""

import unittest

from tests.lab.scenario import Scenario
from tests.lab.traffic import NAIVE, Traffic

TEMPLATE = '''server {
@LISTEN@
    server_name @SERVER_NAME@;
    location / {
        proxy_pass http://@UPSTREAM@;
        proxy_http_version 1.1;
        proxy_set_header Connection @CONNECTION@;
        proxy_set_header Host $host;
    }
    %s
}
'''


class WithoutReload(Scenario):
    def test_15_unhealthy_right_after_the_switch(self):
        first = self.serving('v1')
        before = self.facts()
        self.define(health__min_healthy='6s')
        with Traffic(self.host, 'scen.scen') as traffic:
            sent = self.deploy('v7-late-fail')
        error = self.assert_refused(sent, 73, 'release-failed', before)
        self.assertIn('not healthy any more after the switch', error['message'])
        self.assertEqual([event['reload'] for event in sent.of('switched')], [False, False], sent)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())
        self.assertEqual(self.release_seen(), first)
        self.define()
        self.goes_on()

    def test_17_another_apps_broken_file_where_no_reload_is_needed(self):
        self.serving('v1')
        before = self.facts()
        self.nginx_file('server { listen 80; server_name other.scen; proxy_pss x; }\n')
        sent = self.deploy('v2')
        self.good(sent)
        self.assertIn('zz-other.conf', sent.warnings())
        self.assert_not_reloaded(before['workers'])


class WithReload(Scenario):
    """The virtual host changes, so nginx must reload."""

    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')
        self.before = self.facts()

    def test_16_nginx_refuses_our_file(self):
        """The file is valid at the first check; see test_vhosts for one that is not."""
        self.host.write('/etc/deployctl/scen.template', TEMPLATE % '')
        self.addCleanup(self.host.sh, 'rm -f /etc/deployctl/scen.template')
        self.define(vhost__template='/etc/deployctl/scen.template')
        call, worker = self.held('health:end', 'deploy', '--tag=v2')
        self.host.write('/etc/deployctl/scen.template', TEMPLATE % 'proxy_pss http://x;')
        self.host.signal('CONT', worker)
        error = self.assert_refused(call.done(), 78, 'definition', self.before)
        self.assertIn('proxy_pss', error['message'])
        self.assertIn("this app's own virtual host", error['hint'])
        self.host.write('/etc/deployctl/scen.template', TEMPLATE % '')
        self.goes_on()

    def test_17_nginx_refuses_another_apps_file(self):
        self.nginx_file('server { listen 80; server_name other.scen; proxy_pss x; }\n')
        self.before['conf_files'].append('zz-other.conf')
        self.define(vhost__client_max_body_size='7m')
        error = self.assert_refused(self.deploy('v2'), 78, 'definition', self.before, outcome='refused')
        self.assertIn('zz-other.conf', error['hint'])
        self.host.sh('rm /etc/nginx/conf.d/zz-other.conf')
        self.goes_on()

    def test_17_another_apps_file_breaks_while_the_release_starts(self):
        """The configuration is valid at the first check, but not any more when the new virtual host is tested."""
        self.define(vhost__client_max_body_size='7m')
        call, worker = self.held('health:end', 'deploy', '--tag=v2')
        self.nginx_file('server { listen 80; server_name other.scen; proxy_pss x; }\n')
        self.before['conf_files'].append('zz-other.conf')
        self.host.signal('CONT', worker)
        error = self.assert_refused(call.done(), 78, 'definition', self.before)
        self.assertIn('zz-other.conf', error['hint'])
        self.host.sh('rm /etc/nginx/conf.d/zz-other.conf')
        self.goes_on()

    def test_18_server_name_of_another_app(self):
        self.nginx_file('server { listen 80; server_name other.scen; return 204; }\n')
        self.host.reload()
        before = self.facts()
        self.define(vhost__server_name='scen.scen other.scen')
        error = self.assert_refused(self.deploy('v2'), 78, 'definition', before, outcome='refused')
        self.assertIn('other.scen', error['message'])
        self.assertEqual(self.host.get('other.scen')[0], 204)
        self.define()
        self.goes_on()

    def test_21_reload_accepted_and_not_applied(self):
        """Another program has the listen port: `nginx -t` and the reload succeed, but nothing changes."""
        program = self.host.listen('0.0.0.0', 8099)
        self.addCleanup(self.host.sh, 'kill %d 2>/dev/null || true' % program)
        self.define(vhost__listen='80, 8099')
        with Traffic(self.host, 'scen.scen', NAIVE + ('slow:4:s=0.5',)) as traffic:
            sent = self.deploy('v2')
        error = self.assert_refused(sent, 73, 'release-failed', self.before, reload=True)
        self.assertIn('8099', error['message'])
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.host.signal('TERM', program)
        self.goes_on()
        self.assertEqual(self.host.get('scen.scen', port=8099)[0], 200)


class WithoutNginx(Scenario):
    def setUp(self):
        super().setUp()
        self.first = self.serving('v1')
        self.before = self.facts()

    def test_19_nginx_does_not_run(self):
        self.host.service('nginx', 'stop')
        self.addCleanup(self.host.service, 'nginx', 'start')
        sent = self.deploy('v2')
        self.host.service('nginx', 'start')
        self.assertEqual(sent.of('container.started'), [])
        error = self.assert_refused(sent, 69, 'unavailable', self.before, outcome='refused', reload=True)
        self.assertIn('nginx is not running', error['message'])
        self.goes_on()

    def test_20_stale_pid_file_names_another_process(self):
        innocent = self.host.spawn('import time; time.sleep(600)')
        self.addCleanup(self.host.sh, 'kill %d 2>/dev/null || true' % innocent)
        nginx = self.host.read('/run/nginx.pid')
        self.addCleanup(self.host.write, '/run/nginx.pid', nginx + '\n', 0o644)
        self.host.write('/run/nginx.pid', '%d\n' % innocent, 0o644)
        self.define(vhost__client_max_body_size='7m')       # so that it would have to reload
        error = self.assert_refused(self.deploy('v2'), 69, 'unavailable', self.before, outcome='refused')
        self.assertIn('stale', error['message'])
        self.host.sh('kill -0 %d' % innocent)
        self.host.write('/run/nginx.pid', nginx + '\n', 0o644)
        self.goes_on()


if __name__ == '__main__':
    unittest.main()
