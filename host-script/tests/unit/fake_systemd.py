"""A systemd manager for tests: it knows the unit files of the sandbox as of its last reload."""

import os

from deployctl_host import paths
from deployctl_host.errors import HostError
from deployctl_host.systemd import manager, units


class FakeSystemd:
    """Takes the place of `systemd.manager`. `calls` are all changes that were asked for, in order."""

    def __init__(self, test):
        self.active = set()
        self.failed = set()
        self.loaded = {}
        self.calls = []
        self.refuses = None     # the verb that fails
        self.next = {}          # {timer: its next elapse as systemd prints it}
        self.running = True
        for name in ('reload', 'start', 'stop', 'forget_failures', 'states'):
            test.patch(manager, name, getattr(self, name))
        test.patch(manager, 'is_running', lambda: self.running)

    def _asked(self, verb, words=()):
        if not self.running:
            raise AssertionError('systemd does not run this host, and %s was asked of it' % verb)
        self.calls.append((verb, *sorted(words)))
        if self.refuses == verb:
            raise HostError('unavailable', 'systemd does not %s: it is broken' % verb)

    def _on_disk(self):
        return {name: units.content(name) for name in os.listdir(paths.UNITS) if units.FILE.fullmatch(name)}

    def reload(self):
        self._asked('reload')
        self.loaded = self._on_disk()

    def start(self, names):
        self._asked('start', names)
        for name in names:
            if name not in self.loaded:
                raise HostError('unavailable', 'systemd does not start %s: not found' % name)
        self.active |= set(names)
        self.failed -= set(names)

    def stop(self, names):
        self._asked('stop', names)
        self.active -= set(names)
        self.failed -= set(names)

    def forget_failures(self, names):
        self.failed -= set(names)

    def states(self, names):
        if not self.running:
            raise AssertionError('systemd does not run this host')
        disk = self._on_disk()
        return {name: {
            'Id': name, 'LoadState': 'loaded' if name in self.loaded else 'not-found',
            'ActiveState': 'failed' if name in self.failed else 'active' if name in self.active else 'inactive',
            'NeedDaemonReload': 'no' if self.loaded.get(name) == disk.get(name) else 'yes', 'DropInPaths': '',
            'NextElapseUSecRealtime': self.next.get(name, '')} for name in names}

    def boot(self):
        """Restarts the host: the enabled timers run."""
        self.loaded = self._on_disk()
        self.active = {name for name in self.loaded if name.endswith('.timer') and units.is_enabled(name)}

    @property
    def timers(self):
        """The names of all timers that run, are on disk and start at boot; fails if these differ."""
        disk = {name for name in self._on_disk() if name.endswith('.timer')}
        enabled = {name for name in disk if units.is_enabled(name)}
        links = set(os.listdir(units.path(units.WANTS))) if os.path.isdir(units.path(units.WANTS)) else set()
        if not disk == enabled == links == self.active:
            raise AssertionError('on disk %s, enabled %s, links %s, active %s' % (disk, enabled, links, self.active))
        return sorted(disk)


__all__ = ['FakeSystemd']
