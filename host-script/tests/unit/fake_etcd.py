"""An etcd for tests, with keys and leases, in place of `etcd.client`'s classes."""

from deployctl_host.errors import HostError
from deployctl_host.etcd import client


class FakeEtcd:
    def __init__(self, test):
        self.keys = {}      # {key: (value, lease)}
        self.leases = {}    # {lease: its seconds}
        self.down = False
        self.forbidden = False
        self.loses = 0      # how many answers to puts are lost after they were done
        test.patch(client, 'Reader', lambda config: self)
        test.patch(client, 'Writer', lambda config: self)

    def _asked(self):
        if self.down:
            raise HostError('unavailable', 'etcd gave no answer within 5 s')

    def range(self, key, range_end=None, revision=None):
        self._asked()
        return 1, [(key.encode(), self.keys[key][0].encode())] if key in self.keys else []

    def grant(self, seconds):
        self._asked()
        self.leases[len(self.leases) + 1] = seconds
        return len(self.leases)

    def revoke(self, lease):
        self._asked()
        self.keys = {key: pair for key, pair in self.keys.items() if pair[1] != lease}
        self.leases[lease] = None

    def may_put(self, key):
        self._asked()
        if self.forbidden:
            raise HostError('definition', 'etcd does not allow this host to read ' + key)

    def put_if_absent(self, wanted):
        self.may_put(wanted[0][0])
        found = [(key.encode(), self.keys[key][0].encode()) for key, _, _ in wanted if key in self.keys]
        if not found:
            self.keys.update((key, (value, lease)) for key, value, lease in wanted)
        if self.loses:
            self.loses -= 1
            raise HostError('unavailable', 'etcd gave no answer within 5 s')
        return found


__all__ = ['FakeEtcd']
