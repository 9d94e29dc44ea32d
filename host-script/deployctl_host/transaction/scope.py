"""One app on this host with all that work on it needs: its definition, its records, Docker and nginx."""

import contextlib
from typing import Dict, List, Optional

from ..docker.api import Engine
from ..errors import HostError
from ..nginx import process
from ..store import state, web_part
from ..store.release import Release


class AppScope:
    """The base of a transaction and of other work on an app."""

    rollout: Optional[str] = None   # of the transaction
    old: Optional[Release] = None   # the release that was live before; only a transaction has one

    def __init__(self, definition, host):
        self.wanted = self.definition = definition
        self.host = host
        self.app = definition.app
        self.state = state.AppState(definition.app)
        self.engine = Engine(host.docker)
        self.host_id = state.host_id()
        self._settings = None

    def definition_of(self, record):
        """Returns the definition for a release, with its own web part where the operators have removed theirs since."""
        return web_part.restored(self.wanted, record.web)

    @property
    def settings(self):
        """nginx's settings, read once."""
        if self._settings is None:
            self._settings = process.Settings(self.host.nginx)
        return self._settings

    def warn(self, code, message):
        raise NotImplementedError

    def mark(self, step, phase, **facts):
        raise NotImplementedError

    @contextlib.contextmanager
    def tolerant(self, code):
        """Turns an error in its block into a warning."""
        try:
            yield
        except HostError as problem:
            self.warn(code, problem.message)
        except OSError as problem:
            self.warn(code, str(problem))


class Scope(AppScope):
    """Work on an app that is no transaction: of `prune`, `recover` and `remove`.

    `tell` takes code and message of each warning.
    """

    def __init__(self, definition, host, tell):
        super().__init__(definition, host)
        self.told: List[str] = []   # the codes of all warnings so far
        self.workers: Dict[int, int] = {}
        self._tell = tell

    def warn(self, code, message):
        self.told.append(code)
        self._tell(code, message)

    def mark(self, step, phase, **facts):
        """Keeps nginx's workers of before a reload, which is all that is needed of a transaction's journal."""
        self.workers = facts.get('workers', self.workers)
