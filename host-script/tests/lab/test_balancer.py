"""Tests of a host behind a load balancer: drained under load, after a reboot, and what a balancer may tell an app.

The machine of the tests is the balancer and the users: nginx on the host sees its address.
"""

import http.client
import socket
import threading
import time

from tests.lab.call import Call
from tests.lab.scenario import SCRIPT, Scenario
from tests.lab.test_vhosts import received
from tests.lab.traffic import Traffic

PORT = 8081
PATH = '/up'
FAILURES = 2
USERS = ('new:2:think=20', 'keepalive-retries:2:think=20', 'post-new:1:think=20', 'slow:2:s=1')


class LoadBalancer:
    """Asks for the path as a load balancer does, and takes the users away from a host that it gives up."""

    def __init__(self, host, take_away):
        self._host = host
        self._take_away = take_away
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.given_up_at = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *problem):
        self._ended.set()
        self._thread.join()

    def _run(self):
        failed = 0
        while not self._ended.wait(0.3):
            failed = failed + 1 if self._host.get(self._host.address, PATH, port=PORT)[0] != 200 else 0
            if failed == FAILURES and self.given_up_at is None:
                self.given_up_at = time.time()
                self._take_away()


class Balanced(Scenario):
    """A host with `[balancer]`, and one app."""

    def setUp(self):
        super().setUp()
        # Runs last, when host.conf is as it was before: removes the server from nginx.
        self.addCleanup(self.host.sh, 'rm -f /var/lib/deployctl/.drained; %s recover >/dev/null' % SCRIPT)
        self.balancer()
        with socket.create_connection((self.host.address, 80), timeout=60) as connection:
            self.me = connection.getsockname()[0]

    def balancer(self, **changes):
        keys = dict({'listen': str(PORT), 'path': PATH, 'failures': str(FAILURES), 'quiet': '2s'}, **changes)
        self.host_conf('[etcd]\nendpoints = http://etcd:2379\n[balancer]\n' + ''.join(
            '%s = %s\n' % pair for pair in keys.items()))

    def root(self, verb, *words):
        return Call(self.host.words(SCRIPT, verb, *words, '--output=ndjson'))

    def path(self, host_name='any.example'):
        """Returns the status of the path for load balancers; None if nobody answers."""
        try:
            return self.host.get(host_name, PATH, port=PORT)[0]
        except OSError:
            return None


class Drained(Balanced):
    def test_users_are_served_until_the_balancer_takes_them_away_and_then_it_is_safe(self):
        release = self.serving('v1')
        workers = self.facts()['workers']
        self.assertEqual(self.path(), 200)
        traffic = Traffic(self.host, 'scen.scen', USERS)
        ended = threading.Event()

        def take_away():
            traffic.__exit__()
            ended.set()
        traffic.__enter__()
        with LoadBalancer(self.host, take_away):
            sent = self.root('drain', '--by=alice').done()
        self.assertTrue(ended.is_set())
        last = sent.last
        self.assertEqual((sent.exit, last['type'], last['safe'], last['by']), (0, 'balancer.drained', True, 'alice'),
                         sent)
        self.assertGreater(last['requests'], 0, last)
        self.assertGreaterEqual(last['quiet_ms'], 2000)
        self.assertEqual([one['address'] for one in last['checks']], [self.me])
        self.assertEqual(traffic.lost, 0, traffic.summary())
        self.assertEqual(traffic.races, 0, traffic.summary())
        self.assert_not_reloaded(workers)
        progress = sent.of('balancer.progress')
        self.assertTrue(progress, sent)
        self.assertEqual((self.path(), self.release_seen()), (503, release))
        sent = self.root('undrain').done()
        self.assertEqual((sent.exit, sent.last['was']['by'], self.path()), (0, 'alice', 200), sent)

    def test_silence_without_a_balancer_and_a_request_in_progress_are_not_safe(self):
        self.serving('v1')
        with socket.create_connection((self.host.address, 80), timeout=60) as user:
            user.sendall(b'GET /slow?s=20 HTTP/1.1\r\nHost: scen.scen\r\n\r\n')
            sent = self.root('drain', '--wait=3').done()
            self.assertEqual((sent.exit, sent.last['safe'], sent.last['active']), (75, False, 1), sent)
            self.assertIn('1 requests are in progress', sent.last['reasons'][0])
            self.assertIn('no load balancer has asked for /up on 8081', sent.last['reasons'][1])
        self.assertEqual(self.path(), 503, 'the drain holds when the call has ended')

    def test_deploys_go_on_and_do_not_end_the_drain(self):
        self.serving('v1')
        self.root('drain', '--wait=0').done()
        self.assertEqual((self.goes_on('v2'), self.path()), (self.release_seen(), 503))
        self.assertEqual(self.call('status').events[0]['drained']['by'], 'root')

    def test_drain_survives_a_reboot(self):
        release = self.serving('v1')
        self.root('drain', '--wait=0').done()
        self.addCleanup(self.host.power, 'start')
        for word in ('stop', 'kill'):
            self.host.power(word)
            self.host.power('start')
            seen = set()
            until = time.monotonic() + 60
            while self.release_seen() != release:
                seen.add(self.path())       # from the first answer on, before anybody has called deployctl-host
                self.assertLess(time.monotonic(), until)
            self.assertLessEqual(seen | {self.path()}, {None, 503})
            self.assertEqual(self.root('recover').done().exit, 0)
            self.assertEqual(self.path(), 503)
        self.assertEqual((self.root('undrain').done().exit, self.path()), (0, 200))

    def test_port_that_is_taken_is_refused_and_nothing_changes(self):
        self.nginx_file('server { listen %d default_server; return 418; }\n' % PORT)
        self.host.reload()
        self.serving('v1')
        before = self.facts()
        sent = self.root('drain').done()
        self.assertEqual((sent.exit, sent.error['kind'], sent.error['state']),
                         (78, 'definition', 'the host is not drained'), sent)
        self.assertIn('default_server', sent.error['hint'])
        self.assert_untouched(before)
        sent = self.deploy('v2')        # which is no reason to refuse a deploy
        self.good(sent)
        self.assertIn('balancer: load balancers are not answered', sent.warnings())

    def test_developers_may_not(self):
        self.serving('v1')
        for verb in ('drain', 'undrain'):
            done = self.host.run('runuser', '-u', 'deploy', '--', 'sudo', '-n', SCRIPT, verb)
            self.assertEqual(done.returncode, 77, done.stdout)
            done = self.host.run('runuser', '-u', 'deploy', '--', 'sudo', '-n', 'sudo', '-n', SCRIPT, verb)
            self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(self.path(), 200)


class Path(Balanced):
    def test_path_answers_every_host_name_and_tells_nothing_else(self):
        self.serving('v1')
        for name in (self.host.address, 'scen.scen', 'localhost', 'x'):
            self.assertEqual(self.path(name), 200)
            for other in ('/', '/.deployctl/balancer', '/.deployctl/connections', PATH + '/'):
                self.assertEqual(self.host.get(name, other, port=PORT)[0], 404, other)
        self.balancer(networks='192.0.2.0/24')
        self.goes_on()
        self.assertEqual(self.path(), 403)
        self.assertEqual(self.host.sh('curl -s http://127.0.0.1:%d%s' % (PORT, PATH)), 'ready')

    def test_removed_with_its_section(self):
        self.serving('v1')
        self.host_conf('')
        self.goes_on()
        self.assertIsNone(self.path())


class Headers(Balanced):
    CLAIMS = {'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '443', 'X-Forwarded-For': '203.0.113.9',
              'Forwarded': 'for=198.51.100.7;proto=https', 'Client-IP': '198.51.100.7', 'X-Forwarded-Ssl': 'on'}

    def ask(self, path='/headers', method='GET', **claims):
        """Returns (status, headers of the answer, request headers that reached the app)."""
        connection = http.client.HTTPConnection(self.host.address, 80, timeout=60)
        try:
            connection.request(method, path, headers={'Host': 'scen.scen', 'Connection': 'close', **claims})
            answer = connection.getresponse()
            return answer.status, answer.headers, received(answer.read().decode())
        finally:
            connection.close()

    def test_app_believes_the_balancer_and_nobody_else(self):
        for mode in ('socket', 'port'):
            self.define(connect__mode=mode, vhost__trusted_proxies=self.me, vhost__forwarded='trust')
            self.serving('v1')
            sent = self.ask(**self.CLAIMS)[2]
            self.assertEqual(
                [sent.get(name) for name in ('X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Port', 'X-Real-IP')],
                ['203.0.113.9', 'https', '443', '203.0.113.9'])
            self.define(connect__mode=mode, vhost__trusted_proxies='192.0.2.0/24', vhost__forwarded='trust')
            self.serving('v2')
            stranger = self.ask(**self.CLAIMS)[2]
            self.assertEqual(
                [stranger.get(name) for name in ('X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Port',
                                                 'X-Real-IP')], [self.me, 'http', '80', self.me])
            for told in (sent, stranger):
                self.assertFalse({'Forwarded', 'Client-IP', 'X-Forwarded-Ssl'} & set(told), told)

    def test_redirect_to_https(self):
        self.define(vhost__trusted_proxies=self.me, vhost__forwarded='trust', vhost__redirect='https',
                    vhost__hsts='180d', health__headers='X-Forwarded-Proto: https')
        release = self.serving('v1')
        status, headers, _ = self.ask('/x?y=1', **{'X-Forwarded-Proto': 'http', 'User-Agent': 'deployctl-host'})
        self.assertEqual((status, headers['Location'], headers['Strict-Transport-Security']),
                         (301, 'https://scen.scen/x?y=1', None))
        self.assertEqual(self.ask('/x', 'POST', **{'X-Forwarded-Proto': 'http'})[0], 308)
        status, headers, _ = self.ask(**{'X-Forwarded-Proto': 'https'})
        self.assertEqual((status, headers['X-Release'], headers['Strict-Transport-Security']),
                         (200, release, 'max-age=15552000'))
        self.assertEqual(self.ask()[0], 200, 'a balancer that does not name the scheme')
        self.assertEqual(self.call('status').events[0]['drift'], [])
        self.define(vhost__trusted_proxies='192.0.2.0/24', vhost__redirect='https')
        self.serving('v2')
        self.assertEqual(self.ask(**self.CLAIMS)[0], 301, 'a client that only claims HTTPS')
