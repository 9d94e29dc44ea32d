"""Tests of virtual hosts with a real nginx: templates, TLS, changed server names and connect modes."""

import http.client
import socket
import ssl
import unittest

from tests.lab.scenario import Scenario
from tests.lab.test_switching import TEMPLATE
from tests.lab.traffic import Traffic

USERS = ('new:4:think=10', 'keepalive-retries:4:think=10', 'post-new:2:think=20', 'slow:2:s=1')
PLACE = '/etc/deployctl/scen.template'


class Vhost(Scenario):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.host.sh, 'rm -rf %s /etc/deployctl/tls' % PLACE)

    def template(self, text):
        self.host.write(PLACE, text)
        self.define(vhost__template=PLACE)

    def refused_before_anything(self, before, text):
        """Checks that preflight gives the reason and that a deploy starts nothing."""
        looked = self.call('preflight', '--tag=v2')
        check = next(event for event in looked.of('check') if event['name'] == 'nginx')
        self.assertEqual((looked.exit, check['ok'], check['kind']), (78, False, 'definition'), looked)
        self.assertIn(text, check['message'])
        sent = self.deploy('v2')
        self.assertEqual(sent.of('container.started'), [])
        error = self.assert_refused(sent, 78, 'definition', before, outcome='refused')
        self.assertIn(text, error['message'])
        self.assertEqual(self.host.sh('ls -A /etc/nginx | grep deployctl-check || true'), '')
        return error


class Templates(Vhost):
    def test_template_that_nginx_would_refuse_is_refused_before_anything_is_touched(self):
        self.serving('v1')
        before = self.facts()
        self.template(TEMPLATE % 'proxy_pss http://x;')
        error = self.refused_before_anything(before, 'proxy_pss')
        self.assertIn("this app's own virtual host", error['hint'])
        self.template(TEMPLATE % 'add_header X-Own yes;')
        release = self.goes_on()
        self.assertEqual(self.host.get('scen.scen')[1]['X-Own'], 'yes')
        with Traffic(self.host, 'scen.scen') as traffic:       # the same template again: no reload
            workers = self.facts()['workers']
            self.assertNotEqual(self.serving('v2b'), release)
            self.assert_not_reloaded(workers)
        self.assertEqual((traffic.lost, traffic.races), (0, 0), traffic.summary())

    def test_template_that_is_gone_or_passes_nothing_on(self):
        self.serving('v1')
        before = self.facts()
        self.template(TEMPLATE % '')
        self.host.sh('rm ' + PLACE)
        self.refused_before_anything(before, 'there is no virtual host template')
        self.template('server { listen 80; server_name @SERVER_NAME@; }\n')
        self.refused_before_anything(before, '@UPSTREAM@')


class ChangedByHand(Vhost):
    """Manual changes of nginx's configuration: status and preflight report them, and a copy is kept."""

    path = '/etc/nginx/conf.d/deployctl-scen.conf'

    def status(self):
        return self.call('status').events[-2]

    def test_hand_edited_virtual_host_is_told_and_its_text_is_kept(self):
        self.serving('v1')
        self.host.sh("sed -i 's/^    client_max_body/    listen 8443; # managed by Certbot\\n&/' %s" % self.path)
        self.host.reload()
        edited = self.host.read(self.path)
        status = self.status()
        self.assertEqual(status['state'], 'degraded', status)
        self.assertIn('changed by hand', status['drift'][0])
        self.assertIn('changed by hand', self.call('preflight').last['warnings'][0])
        with Traffic(self.host, 'scen.scen') as traffic:
            sent = self.deploy('v2')
        self.assert_serves(self.good(sent))
        self.assertEqual(traffic.lost, 0, traffic.summary())
        warning = next(event for event in sent.of('warning') if event['code'] == 'vhost')
        kept = warning['message'].partition('kept in ')[2].partition(':')[0]
        self.assertEqual(self.host.read(kept), edited)

    def test_configuration_that_does_not_include_the_virtual_hosts(self):
        first = self.serving('v1')
        before = self.facts()
        self.host.sh('cp -a /etc/nginx/nginx.conf /root/nginx.conf.before')
        self.addCleanup(self.host.reload)
        self.addCleanup(self.host.sh, 'mv /root/nginx.conf.before /etc/nginx/nginx.conf')
        self.host.sh(r"sed -i 's/^\([ \t]*\)include[ \t]*\(.*conf\.d.*\);/\1# include \2;/' /etc/nginx/nginx.conf")
        status = self.status()
        self.assertEqual(status['state'], 'degraded', status)
        self.assertIn('/etc/nginx/nginx.conf does not include ' + self.path, ' '.join(status['drift']))
        self.refused_before_anything(before, '/etc/nginx/nginx.conf does not include')
        self.host.reload()      # now users do not reach it any more, and nginx says so itself
        self.assertIn('a request through nginx failed', ' '.join(self.status()['drift']))
        self.host.sh('cp -a /root/nginx.conf.before /etc/nginx/nginx.conf')
        self.host.reload()
        self.assert_serves(first)

    def test_another_virtual_host_that_takes_the_server_name(self):
        self.serving('v1')
        self.nginx_file('server { listen 80; server_name scen.scen; return 418; }\n', 'aa-other.conf')
        self.host.reload()
        drift = ' '.join(self.status()['drift'])
        self.assertIn('another virtual host on', drift)
        self.assertIn('a request through nginx failed: GET /healthz for scen.scen: 418', drift)


class Tls(Vhost):
    def get(self, name):
        """Makes a request over TLS and returns (status, release)."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(self.host.address, 8443, timeout=60, context=context)
        try:
            connection.request('GET', '/', headers={'Host': name, 'Connection': 'close'})
            answer = connection.getresponse()
            return answer.status, answer.getheader('X-Release')
        finally:
            connection.close()

    def test_tls_and_a_certificate_that_is_gone(self):
        self.host.sh('mkdir -p /etc/deployctl/tls && cd /etc/deployctl/tls && openssl req -x509 -newkey rsa:2048 '
                     '-nodes -days 2 -subj /CN=scen.scen -keyout key.pem -out cert.pem 2>/dev/null')
        tls = {'vhost__listen': '8443 ssl, 80', 'vhost__certificate': '/etc/deployctl/tls/cert.pem',
               'vhost__certificate_key': '/etc/deployctl/tls/key.pem'}
        self.define(**tls)
        first = self.serving('v1')
        self.assertEqual(self.get('scen.scen'), (200, first))
        sent = self.deploy('v2')                    # proved through TLS, and without a reload
        second = self.good(sent)
        self.assertEqual([event['reload'] for event in sent.of('switched')], [False])
        self.assertEqual(self.get('scen.scen'), (200, second))
        before = self.facts()
        self.define(**dict(tls, vhost__certificate='/etc/deployctl/tls/none.pem'))
        self.refused_before_anything(before, 'none.pem')
        self.assertEqual(self.get('scen.scen'), (200, second))


class BehindALoadBalancer(Vhost):
    """The machine of the tests is the balancer: nginx on the host sees its address."""

    CLAIMS = {'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '443', 'X-Forwarded-For': '203.0.113.9'}

    def setUp(self):
        super().setUp()
        with socket.create_connection((self.host.address, 80), timeout=60) as connection:
            self.balancer = connection.getsockname()[0]

    def ask(self, path='/headers', **more):
        """Returns (status, request headers that reached the app)."""
        connection = http.client.HTTPConnection(self.host.address, 80, timeout=60)
        try:
            connection.request('GET', path, headers={'Host': 'scen.scen', 'Connection': 'close', **self.CLAIMS, **more})
            answer = connection.getresponse()
            return answer.status, received(answer.read().decode())
        finally:
            connection.close()

    def test_claims_of_clients_are_overwritten_by_default(self):
        self.serving('v1')
        sent = self.ask()[1]
        self.assertEqual((sent['X-Forwarded-Proto'], sent['X-Forwarded-Port'], sent['X-Real-IP']),
                         ('http', '80', self.balancer))

    def test_trusted_proxy_tells_scheme_port_and_client(self):
        self.serving('v1')
        for mode in ('socket', 'port'):
            self.define(connect__mode=mode, vhost__trusted_proxies=self.balancer)
            self.assert_serves(self.serving('v2'))
            sent = self.ask()[1]
            self.assertEqual((sent['X-Forwarded-Proto'], sent['X-Forwarded-Port'], sent['X-Real-IP']),
                             ('https', '443', '203.0.113.9'))
            self.assertEqual(sent['X-Forwarded-For'], '203.0.113.9, ' + self.balancer)
            sent = self.ask(**{'X-Forwarded-Proto': 'gopher', 'X-Forwarded-Port': 'x'})[1]
            self.assertEqual((sent['X-Forwarded-Proto'], sent['X-Forwarded-Port']), ('http', '80'))
            logged = self.host.sh('tail -1 /var/log/nginx/deployctl-scen.log')
            self.assertIn('"remote":"203.0.113.9"', logged)

    def test_everybody_else_is_not_trusted(self):
        self.define(vhost__trusted_proxies='192.0.2.0/24')
        self.serving('v1')
        sent = self.ask()[1]
        self.assertEqual((sent['X-Forwarded-Proto'], sent['X-Real-IP']), ('http', self.balancer))

    def test_proof_of_a_switch_is_for_the_host_alone_whatever_a_trusted_proxy_claims(self):
        self.define(connect__mode='port', vhost__trusted_proxies=self.balancer)
        self.serving('v1')
        status = self.ask('/.deployctl/release', **{'X-Forwarded-For': self.host.address})[0]
        self.assertEqual(status, 404)

    def test_switch_under_load(self):
        self.define(vhost__trusted_proxies=self.balancer)
        self.serving('v1')
        with Traffic(self.host, 'scen.scen', USERS) as traffic:
            self.assert_serves(self.serving('v2'))
        self.assertEqual(traffic.lost, 0, traffic.summary())


def received(text):
    """Returns the headers of a request as the sample app shows it."""
    return dict(line.split(': ', 1) for line in text.splitlines() if ': ' in line)


class Names(Vhost):
    def test_app_whose_server_name_changes(self):
        self.serving('v1')
        self.define(vhost__server_name='renamed.scen')
        sent = self.deploy('v2')
        release = self.good(sent)
        self.assertEqual([event['reload'] for event in sent.of('switched')], [True])
        self.assertEqual(self.host.get('renamed.scen')[1]['X-Release'], release)
        self.assertEqual(self.host.get('scen.scen')[0], 404)
        self.define()
        self.assert_serves(self.serving('v2b'))
        self.assertEqual(self.host.get('renamed.scen')[0], 404)


class Modes(Vhost):
    def test_from_socket_to_port_and_back_under_load(self):
        self.serving('v1')
        with Traffic(self.host, 'scen.scen', USERS) as traffic:
            for mode, tag in (('port', 'v2'), ('socket', 'v2b'), ('port', 'v12-abrupt'), ('socket', 'v1')):
                self.define(connect__mode=mode)
                self.assert_serves(self.serving(tag))
        self.assertEqual(traffic.lost, 0, traffic.summary())


class HealthCheck(Scenario):
    """Docker runs the image's own HEALTHCHECK, which decides."""

    settings = {'health.type': 'docker', 'health.path': None, 'health.release-header': None, 'health.deadline': '20s'}

    def test_image_that_says_itself_whether_it_is_well(self):
        sent = self.deploy('v14-healthcheck')
        first = self.good(sent)
        self.assertEqual(self.release_seen(), first)
        before = self.facts()
        error = self.assert_refused(self.deploy('v15-sick'), 73, 'release-failed', before)
        self.assertIn('503', str(error['verdict']), error)
        error = self.assert_refused(self.deploy('v1'), 78, 'definition', before, outcome='refused')
        self.assertIn('HEALTHCHECK', error['message'])
        self.assert_serves(self.good(self.deploy('v14-healthcheck', '--force')))


if __name__ == '__main__':
    unittest.main()
