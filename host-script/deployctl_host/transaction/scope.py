"""As much of a transaction as work on an app needs that is none: of `prune`, `recover` and `remove`."""

import contextlib
from typing import Dict, List

from ..docker.api import Engine
from ..errors import HostError
from ..nginx import process
from ..store import state


class Scope:
    """One app on this host. `tell` takes code and message of each warning."""

    def __init__(self, wanted, host, tell):
        self.app = wanted.app
        self.definition = wanted
        self.host = host
        self.state = state.AppState(wanted.app)
        self.engine = Engine(host.docker)
        self.host_id = state.host_id()
        self.told: List[str] = []   # the codes of all warnings so far
        self.workers: Dict[int, int] = {}
        self._settings = None
        self._tell = tell

    def warn(self, code, message):
        self.told.append(code)
        self._tell(code, message)

    @property
    def settings(self):
        """nginx's, asked for once."""
        if self._settings is None:
            self._settings = process.Settings(self.host.nginx)
        return self._settings

    def mark(self, step, phase, **facts):
        """What a transaction would write into its journal: here it is enough to know the workers of before a reload."""
        self.workers = facts.get('workers', self.workers)

    @contextlib.contextmanager
    def tolerant(self, code):
        """What fails in here is told, and ends nothing."""
        try:
            yield
        except HostError as problem:
            self.warn(code, problem.message)
        except OSError as problem:
            self.warn(code, str(problem))
