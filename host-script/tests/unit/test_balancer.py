"""Tests of `drain` and `undrain`."""

from deployctl_host import access
from deployctl_host.store import drained
from tests.unit.balancer_fixture import NODE, BalancerFixture


class Drain(BalancerFixture):
    def test_safe_once_nothing_arrives_and_the_balancer_was_told(self):
        code, sent = self.call('drain', '--by=alice@laptop')
        last = sent[-1]
        self.assertEqual((code, last['type'], last['safe'], last['reasons']), (0, 'balancer.drained', True, []), last)
        self.assertEqual(('alice@laptop', 0, 0), (last['by'], last['requests'], last['active']))
        self.assertGreaterEqual(last['quiet_ms'], 1000)
        self.assertEqual(NODE, last['checks'][0]['address'])
        self.assertIn('balancer.progress', [event['type'] for event in sent])
        self.assertIsNotNone(drained.load())

    def test_requests_of_users_put_it_off_and_are_named(self):
        self.call('deploy', 'blog', '--tag=v1')

        def happens():
            self.check()
            self.log('deployctl-blog.log', remote='192.0.2.1', status=200, agent='Mozilla')
            self.log('deployctl-blog.log', remote='127.0.0.1', status=200, agent='deployctl-host')
        self.happens = happens
        code, sent = self.call('drain', '--wait=1')
        last = sent[-1]
        self.assertEqual((code, last['safe']), (75, False), last)
        self.assertEqual('blog', last['apps'][0]['app'])
        self.assertEqual(['192.0.2.1 (Mozilla)'], last['apps'][0]['clients'])
        self.assertEqual(last['requests'], last['apps'][0]['requests'])
        self.assertIn('the last request ended', ' '.join(last['reasons']))
        self.assertIsNotNone(drained.load(), 'the drain holds')

    def test_request_in_progress_puts_it_off(self):
        self.active = 2
        code, sent = self.call('drain', '--wait=1')
        self.assertEqual((code, sent[-1]['active']), (75, 2))
        self.assertIn('2 requests are in progress', sent[-1]['reasons'][0])

    def test_silence_is_not_enough_where_no_balancer_asks(self):
        self.happens = lambda: self.check(agent='deployctl-host')
        code, sent = self.call('drain', '--wait=2')
        self.assertEqual((code, sent[-1]['safe']), (75, False))
        self.assertEqual(['no load balancer has asked for /healthz on 8081: does it check that path and port?'],
                         sent[-1]['reasons'])

    def test_each_balancer_must_have_been_told_often_enough(self):
        told = []

        def happens():
            self.check()
            if not told:
                told.append(self.check('10.0.2.7'))
        self.happens = happens
        code, sent = self.call('drain', '--wait=2')
        self.assertEqual((code, ['10.0.2.7 was told 1 times, and gives a host up after 2']), (75, sent[-1]['reasons']))
        code, sent = self.call('drain', '--wait=9')         # one that does not ask any more is not waited for
        self.assertEqual((code, sent[-1]['reasons']), (0, []))

    def test_without_waiting(self):
        code, sent = self.call('drain', '--wait=0')
        self.assertEqual((code, sent[-1]['type'], sent[-1]['safe']), (0, 'balancer.drained', False))
        self.assertIsNotNone(drained.load())

    def test_second_drain_keeps_when_and_by_whom_it_began(self):
        self.call('drain', '--wait=0', '--by=alice')
        first = drained.load()
        _, sent = self.call('drain', '--wait=0', '--by=bob')
        self.assertEqual((first, 'alice'), (drained.load(), sent[-1]['by']))

    def test_undrained_meanwhile(self):
        self.happens = drained.forget
        code, sent = self.call('drain')
        self.assertEqual((code, sent[-1]['error']['state']), (75, 'the host is not drained'))

    def test_nginx_that_does_not_see_the_flag(self):
        self.blind = True
        code, sent = self.call('drain')
        self.assertEqual((code, sent[-1]['error']['state'], drained.load()), (69, 'the host is not drained', None))
        self.assertIn('answers /healthz with 200 instead of 503', sent[-1]['error']['message'])

    def test_refused_without_a_path_for_balancers(self):
        self.write('etc/host.conf', '', 0o644)
        code, sent = self.call('drain')
        self.assertEqual((code, sent[-1]['error']['state'], drained.load()), (78, 'the host is not drained', None))

    def test_refused_where_nginx_refuses_the_path(self):
        self.nginx.refuses = 'a duplicate default server for 0.0.0.0:8081'
        code, sent = self.call('drain')
        self.assertEqual((code, drained.load(), self.conf()), (78, None, None))
        self.assertIn('take default_server out there', sent[-1]['error']['hint'])

    def test_for_root_alone(self):
        self.caller = access.Caller('alice', 1000)
        for verb in ('drain', 'undrain'):
            self.assertEqual(77, self.call(verb)[0])
        self.assertIsNone(drained.load())

    def test_deploys_go_on_and_do_not_end_the_drain(self):
        self.call('drain', '--wait=0')
        code, sent = self.call('deploy', 'blog', '--tag=v1')
        self.assertEqual((code, sent[-1]['outcome']), (0, 'succeeded'))
        self.assertIsNotNone(drained.load())
        code, sent = self.call('status', 'blog')
        self.assertEqual(drained.load(), sent[-2]['drained'])
        self.assertIn('drained since', self.call('status', 'blog', '--output=text')[1])

    def test_text_for_people(self):
        self.assertIn('safe to reboot', self.call('drain', '--output=text')[1])
        self.active = 1
        self.assertIn('not yet safe to reboot', self.call('drain', '--wait=1', '--output=text')[1])
        self.assertIn('told to send requests', self.call('undrain', '--output=text')[1])


class Undrain(BalancerFixture):
    def test_balancers_get_200_again(self):
        self.call('drain', '--wait=0', '--by=alice')
        code, sent = self.call('undrain')
        self.assertEqual((code, sent[-1]['type'], sent[-1]['was']['by']), (0, 'balancer.undrained', 'alice'))
        self.assertEqual((200, 'ready\n'), self.ask(None, '/healthz'))
        self.assertIsNone(self.call('undrain')[1][-1]['was'])

    def test_app_that_is_not_well_is_named(self):
        self.call('deploy', 'blog', '--tag=v1')
        self.call('drain', '--wait=0')
        for container in self.docker.running():
            self.docker.finish_job(container)
        _, sent = self.call('undrain')
        self.assertIn('blog is down', ' '.join(self.warnings(sent)))

    def test_works_without_the_path(self):
        self.call('drain', '--wait=0')
        self.write('etc/host.conf', '', 0o644)
        self.assertEqual((0, None), (self.call('undrain')[0], drained.load()))
