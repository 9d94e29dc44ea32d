"""Keys with leases in a real etcd, through its gateway and through etcdctl."""

import os
import tempfile
import time
import unittest

from deployctl_host.config.schema import EtcdConfig
from deployctl_host.errors import HostError
from deployctl_host.etcd import client
from deployctl_host.etcd.etcdctl import Etcdctl
from deployctl_host.etcd.gateway import Gateway
from tests.real import etcd_fixture

HEADROOM = 10.0
VALUE = '{"host": "web01", "run": "a\'b"}'


class Leases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        etcd_fixture.required()
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.etcd = etcd_fixture.Etcd(directory.name)
        cls.addClassCleanup(cls.etcd.stop)
        cls.etcd.wait()

    def backends(self):
        config = EtcdConfig(self.etcd.endpoints, timeout=HEADROOM)
        for kind in (Gateway, Etcdctl):
            with self.subTest(kind.__name__):
                yield '/deployctl/%s/' % kind.__name__, kind(config, None, time.monotonic() + HEADROOM)

    def test_keys_are_put_all_or_none(self):
        for prefix, backend in self.backends():
            lease = backend.grant(60)
            pair = [(prefix + 'slot', VALUE, lease), (prefix + 'running', 'x', lease)]
            self.assertEqual([], backend.put_if_absent(pair))
            self.assertEqual([((prefix + 'slot').encode(), VALUE.encode())],
                             backend.put_if_absent([(prefix + 'slot', 'y', lease), (prefix + 'other', 'y', lease)]))
            self.assertEqual([], backend.range(prefix + 'other')[1])
            self.assertEqual(2, len(backend.put_if_absent(pair)))

    def test_asking_whether_a_key_may_be_put_puts_nothing(self):
        for prefix, backend in self.backends():
            backend.may_put(prefix + 'asked')
            self.assertEqual([], backend.range(prefix + 'asked')[1])

    def test_a_revoked_lease_takes_its_keys_along(self):
        for prefix, backend in self.backends():
            lease, other = backend.grant(60), backend.grant(60)
            backend.put_if_absent([(prefix + 'a', 'x', lease), (prefix + 'b', 'x', other)])
            backend.revoke(lease)
            self.assertEqual([(prefix + 'b').encode()], [key for key, _ in backend.range(prefix, prefix[:-1] + '0')[1]])
            backend.revoke(other)

    def test_of_many_at_once_one_wins(self):
        import threading
        config, won = EtcdConfig(self.etcd.endpoints, timeout=HEADROOM), []

        def try_it(number):
            writer = client.Writer(config)
            if not writer.put_if_absent([('/race', str(number), writer.grant(60))]):
                won.append(number)
        threads = [threading.Thread(target=try_it, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(1, len(won))

    def test_a_host_without_permission_is_refused_and_puts_nothing(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        etcd = etcd_fixture.Etcd(directory.name)
        self.addCleanup(etcd.stop)
        etcd.wait().enable_auth('/deploy/')
        path = os.path.join(directory.name, 'password')
        with open(path, 'w', encoding='ascii') as target:
            target.write('pa:ss w0rd')
        os.chmod(path, 0o600)
        for kind in (Gateway, Etcdctl):
            config = EtcdConfig(etcd.endpoints, user='host-web01', timeout=HEADROOM)
            backend = kind(config, 'pa:ss w0rd', time.monotonic() + HEADROOM)
            with self.assertRaises(HostError) as caught:
                backend.put_if_absent([('/deployctl/x', 'x', backend.grant(60))])
            self.assertEqual('definition', caught.exception.kind, kind)
            with self.assertRaises(HostError) as caught:
                backend.may_put('/deployctl/x')
            self.assertEqual('definition', caught.exception.kind, kind)
        self.assertNotIn('deployctl', etcd.ctl('get', '--prefix', '/', user='root:rootpw').stdout)


if __name__ == '__main__':
    unittest.main()
