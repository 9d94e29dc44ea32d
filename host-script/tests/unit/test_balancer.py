"""Tests of the path for load balancers, and of `drain` and `undrain`."""

import json
import os

from deployctl_host import access, files, paths
from deployctl_host.balancer import arrivals, site, wait
from deployctl_host.config import definition, schema
from deployctl_host.errors import HostError
from deployctl_host.nginx import access_log, balancer, configuration, process
from deployctl_host.store import drained
from tests.sandbox import Sandbox
from tests.unit.call_fixture import CallFixture

CONFIG = schema.BalancerConfig(('8081', '10.0.0.5:80'), '/up', ('10.0.0.0/16',))
TOLD = 'Active connections: 9 \nserver accepts handled requests\n 5 5 5 \nReading: 1 Writing: 3 Waiting: 5 \n'
NODE = '10.0.1.5'


class Text(Sandbox):
    def test_server_answers_any_host_on_each_port(self):
        text = balancer.render(CONFIG, '/flag')
        for line in ('listen 8081 default_server;', 'listen 10.0.0.5:80 default_server;', 'location = /up {',
                     'if (-f /flag) {', 'open_file_cache off;', '    10.0.0.0/16 1;'):
            self.assertIn(line, text)
        self.assertNotIn('geo', balancer.render(CONFIG._replace(networks=()), '/flag'))

    def test_each_text_has_its_own_name(self):
        texts = [balancer.render(CONFIG._replace(**changes), '/flag') for changes in ({}, {'path': '/x'}, {})]
        names = [text[text.index(balancer.LOADED):].split('return 200 "')[1][:12] for text in texts]
        self.assertEqual((names[0], 2), (names[2], len(set(names))))

    def test_no_app_can_have_its_file(self):
        self.assertEqual('/etc/nginx/conf.d/deployctl_balancer.conf', balancer.path_of(schema.NginxConfig()))

    def test_requests_in_hand_without_the_one_that_asks(self):
        self.assertEqual((3, None), (balancer.active(TOLD), balancer.active('<html>')))


class Record(Sandbox):
    def test_damaged_record_still_means_drained(self):
        self.assertIsNone(drained.load())
        drained.save('2026-11-30T13:00:00.000Z', 'alice')
        self.assertEqual({'since': '2026-11-30T13:00:00.000Z', 'by': 'alice'}, drained.load())
        for text in ('', '[]', '{"since": 3}'):
            self.write(drained.path(), text)
            self.assertEqual({'since': None, 'by': None}, drained.load(), text)
        self.assertEqual((True, False, None), (drained.forget(), drained.forget(), drained.load()))

    def test_other_accounts_cannot_read_it(self):
        drained.save('x', 'alice')
        self.assertEqual([0o600, 0o711], [os.stat(path).st_mode & 0o777 for path in (drained.path(), paths.STATE)])


class Tails(Sandbox):
    def setUp(self):
        super().setUp()
        self.path = self.write('log/x.log', '{"old": 1}\n')

    def append(self, text, path=None):
        with open(path or self.path, 'a', encoding='utf-8') as target:
            target.write(text)

    def test_only_new_and_whole_lines_are_told(self):
        tail = arrivals.Tail(self.path)
        self.addCleanup(tail.close)
        self.append('{"n": 1}\nno json\n{"n"')
        self.assertEqual([{'n': 1}], list(tail.entries()))
        self.append(': 2}\n[3]\n')
        self.assertEqual([{'n': 2}], list(tail.entries()))

    def test_rotation_and_truncation_lose_nothing(self):
        tail = arrivals.Tail(self.path)
        self.addCleanup(tail.close)
        os.rename(self.path, self.path + '.1')
        self.append('{"n": 1}\n', self.path + '.1')     # nginx writes there until it is told
        self.assertEqual([{'n': 1}], list(tail.entries()))
        self.append('{"n": 2}\n')
        self.assertEqual([{'n': 2}], list(tail.entries()))
        os.truncate(self.path, 0)
        self.append('{}\n')
        self.assertEqual([{}], list(tail.entries()))

    def test_log_that_appears_later(self):
        tail = arrivals.Tail(self.path + '.new')
        self.addCleanup(tail.close)
        self.assertEqual([], list(tail.entries()))
        self.append('{"n": 1}\n', self.path + '.new')
        self.assertEqual([{'n': 1}], list(tail.entries()))


class Balancer(CallFixture):
    """A host with `[balancer]`, whose nginx is played by what is on disk."""

    def setUp(self):
        super().setUp()
        self.caller = access.Caller('root', 0)
        self.add_balancer('listen = 8081\nquiet = 1s\n')
        self.patch(access_log, 'DIRECTORY', self.root + '/log')
        self.patch(site, 'ask', self.ask)
        self.patch(wait, 'LOOK', 0.01)
        self.patch(wait, 'REPORT', 0.0)
        self.write('log/deployctl-blog.log', '')
        self.loaded_text = ''
        self.blind = False          # nginx does not see the flag
        self.active = 0
        load = self.nginx.load

        def loaded():
            self.loaded_text = self.conf() or ''
            load()
        self.nginx.load = loaded

    def add_balancer(self, text):
        path = self.root + '/etc/host.conf'
        with open(path, encoding='utf-8') as source:
            self.write('etc/host.conf', source.read().partition('[balancer]')[0] + '[balancer]\n' + text, 0o644)

    def conf(self):
        try:
            return files.read_bytes(self.root + '/conf.d/' + balancer.FILE).decode()
        except FileNotFoundError:
            return None

    def ask(self, host, path):
        """Answers like nginx with the text that it has loaded."""
        if not self.loaded_text:
            return None
        if path == balancer.LOADED:
            return 200, self.loaded_text.split('return 200 "')[-1][:12] + '\n'
        if path == balancer.CONNECTIONS:
            self.happens()
            return 200, 'Reading: 0 Writing: %d Waiting: 4 ' % (self.active + 1)
        return (503, 'drained\n') if drained.load() and not self.blind else (200, 'ready\n')

    def happens(self):
        """What happens between two looks: by default a load balancer asks."""
        self.check()

    def check(self, address=NODE, status=503, agent='ELB-HealthChecker/2.0'):
        self.log(balancer.LOG, remote=address, status=status, agent=agent)

    def log(self, name, **entry):
        with open('%s/log/%s' % (self.root, name), 'a', encoding='utf-8') as target:
            target.write(json.dumps(entry) + '\n')

    def warnings(self, sent):
        return [event['message'] for event in sent if event['type'] == 'warning']


class Drain(Balancer):
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


class Undrain(Balancer):
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


class Aligned(Balancer):
    def host(self):
        return definition.load_host()

    def test_written_once_and_by_one_reload(self):
        self.assertEqual((True, False), (site.align(self.host()), site.align(self.host())))
        self.assertEqual(1, self.nginx.reloads)
        self.assertEqual(0o644, os.stat(self.root + '/conf.d/' + balancer.FILE).st_mode & 0o777)

    def test_loaded_again_if_nginx_has_another_text(self):
        site.align(self.host())
        self.loaded_text = self.loaded_text.replace('/healthz', '/other').replace('return 200 "', 'return 200 "x')
        self.assertTrue(site.align(self.host()))
        self.assertEqual(2, self.nginx.reloads)

    def test_removed_with_its_section(self):
        site.align(self.host())
        self.add_balancer('')
        self.assertTrue(site.align(self.host()))
        self.assertIsNone(self.conf())

    def test_nothing_is_done_on_a_host_without_it(self):
        self.add_balancer('')
        self.patch(process, 'Settings', None)       # would fail if it were called
        self.assertFalse(site.align(self.host()))

    def test_file_is_restored_where_nginx_does_not_load_it(self):
        site.align(self.host())
        before = self.conf()
        self.add_balancer('listen = 8082\n')
        self.nginx.deaf = True
        self.patch(configuration, 'complaints_since', lambda *words: ['still could not bind()'])
        with self.assertRaises(HostError):
            site.align(self.host())
        self.assertEqual(before, self.conf())

    def test_deploy_writes_it_and_goes_on_with_a_warning_where_it_cannot(self):
        self.assertEqual(0, self.call('deploy', 'blog', '--tag=v1')[0])
        self.assertIn('listen 8081 default_server;', self.conf())
        self.add_balancer('listen = 8082\n')
        self.patch(site, 'check', self.refuse)
        code, sent = self.call('deploy', 'blog', '--tag=v2')
        self.assertEqual((code, sent[-1]['outcome']), (0, 'succeeded'))
        self.assertIn('load balancers are not answered as [balancer] says', self.warnings(sent)[0])
        self.assertIn('deployctl-host recover writes it', ' '.join(self.warnings(self.call('status')[1])))

    @staticmethod
    def refuse(host):
        raise HostError('definition', 'no', hint='correct it')

    def test_recover_writes_it(self):
        self.assertEqual(0, self.call('recover')[0])
        self.assertIn('listen 8081 default_server;', self.conf())

    def test_drain_survives_recover_and_a_reboot(self):
        self.call('drain', '--wait=0')
        before = drained.load()
        self.loaded_text = ''
        self.assertEqual(0, self.call('recover')[0])
        self.assertEqual((before, (503, 'drained\n')), (drained.load(), self.ask(None, '/healthz')))
