"""Fixture of a host with `[balancer]`, whose nginx answers by what is on disk."""

import json

from deployctl_host import access, files
from deployctl_host.balancer import site, wait
from deployctl_host.nginx import access_log, balancer
from deployctl_host.store import drained
from tests.unit.call_fixture import CallFixture

NODE = '10.0.1.5'


class BalancerFixture(CallFixture):
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
