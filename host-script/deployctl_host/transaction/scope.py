"""As much of a transaction as work on an app needs that is none: of `prune`, `recover` and `remove`."""

import contextlib
from typing import List

from .. import state
from ..docker.api import Engine
from ..errors import HostError


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
        self._tell = tell

    def warn(self, code, message):
        self.told.append(code)
        self._tell(code, message)

    @contextlib.contextmanager
    def tolerant(self, code):
        """What fails in here is told, and ends nothing."""
        try:
            yield
        except HostError as problem:
            self.warn(code, problem.message)
        except OSError as problem:
            self.warn(code, str(problem))
