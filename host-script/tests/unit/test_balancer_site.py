"""Tests of the path for load balancers: its text, its record, its place in nginx, and the logs that are followed."""

import os

from deployctl_host import paths
from deployctl_host.balancer import arrivals, site
from deployctl_host.config import definition, schema
from deployctl_host.errors import HostError
from deployctl_host.nginx import balancer, configuration, process
from deployctl_host.store import drained
from tests.sandbox import Sandbox
from tests.unit.apply_fixture import ApplyFixture
from tests.unit.balancer_fixture import BalancerFixture

CONFIG = schema.BalancerConfig(('8081', '10.0.0.5:80'), '/up', ('10.0.0.0/16',))
TOLD = 'Active connections: 9 \nserver accepts handled requests\n 5 5 5 \nReading: 1 Writing: 3 Waiting: 5 \n'


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


class Aligned(BalancerFixture):
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
        self.patch(site, '_check', self.refuse)
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


class BroughtByApply(ApplyFixture):
    def setUp(self):
        super().setUp()
        self.patch(site, 'ask', lambda host, path: None)
        self.set['host.conf'] += b'[balancer]\nlisten = 8081\n'

    def conf(self):
        return os.path.exists(self.root + '/conf.d/' + balancer.FILE)

    def test_checked_and_then_written(self):
        self.applied('--check')
        self.assertFalse(self.conf())
        self.applied()
        self.assertTrue(self.conf())

    def test_mistake_that_nginx_finds_is_a_mistake_of_host_conf(self):
        self.nginx.refuses = 'a duplicate default server for 0.0.0.0:8081'
        error = self.refused('definition')
        self.assertIn('host.conf: [balancer]: nginx refuses', error['message'])
        self.assertFalse(self.conf())
