"""Reads the variables of an app from the source that its definition names, without judging them."""

from typing import Dict, Mapping, Optional, Sequence

from .. import paths
from . import envfile


class Found:
    """The variables of one source as they are now, in bytes. Its text form shows no value."""

    def __init__(self, source: str, where: str, values: Dict[str, bytes], origins: Mapping[str, str],
                 revision: Optional[int] = None, warnings: Sequence[str] = (), changed: Mapping[str, str] = {}):
        self.source = source
        self.where = where          # for messages
        self.values = values
        self.origins = origins      # {name: the file, prefix or secret that it comes from}
        self.revision = revision    # of etcd
        self.warnings = tuple(warnings)
        self.changed = changed      # {name: when it was changed}, where the source tells

    def __repr__(self):
        return 'Found(source=%r, names=%r)' % (self.source, sorted(self.values))

    def having(self, name, value):
        """Returns the same variables with another value (None: without the variable)."""
        values = {each: known for each, known in self.values.items() if each != name}
        if value is not None:
            values[name] = value
        return Found(self.source, self.where, values, self.origins, self.revision, self.warnings, self.changed)


def read(definition, host, may_be_empty=None, without=None):
    """Returns what the source has. Raises HostError 'unavailable' if it does not answer, 'definition' if it cannot be
    read. `may_be_empty` overrides that of the definition; `without` is an (origin, name) that is passed over.
    """
    env = definition.env
    may_be_empty = env.may_be_empty if may_be_empty is None else may_be_empty
    if env.source == 'none':
        return Found('none', '', {}, {})
    if env.source == 'etcd':
        from . import etcd_env  # imported here because most calls need neither TLS nor HTTP
        revision, values, origins = etcd_env.read(env.roots, host.etcd, may_be_empty, without)
        return Found('etcd', ', '.join(env.roots), values, origins, revision)
    if env.source in ('ssm', 'secretsmanager'):
        from . import aws_env
        reader = aws_env.parameters if env.source == 'ssm' else aws_env.secrets
        values, origins, changed = reader(env.roots, host.aws, may_be_empty)
        return Found(env.source, ', '.join(env.roots), values, origins, changed=changed)
    values, origins, warnings = envfile.read(paths.common_env_file(), paths.env_file(definition.app), without=without)
    return Found('file', paths.env_file(definition.app), values, origins, None, warnings)
