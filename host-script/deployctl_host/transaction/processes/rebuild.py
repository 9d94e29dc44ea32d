"""Rebuilds the processes in the record of a release from its containers, where that record was lost."""

from typing import Any, Dict

from ...config.schema import Process, Resources
from ...docker import containers
from . import instances, retiring


def rebuilt(scope, found):
    """Returns the processes of listed containers. What a container does not show is as the definition says now."""
    defined = {each.name: each for each in scope.definition.processes}
    counted: Dict[str, int] = {}
    shown: Dict[str, Any] = {}
    for one in instances.without_retiring(scope.state, instances.listed(found)):
        name, number = instances.key_of(one)
        counted[name] = max(number, counted.get(name, 0))
        shown.setdefault(name, one)
    seen = {name: containers.inspect(scope.engine, one['Id']) for name, one in shown.items()}
    return tuple(_process(defined.get(name, Process(name, ())), counted[name], container)
                 for name, container in sorted(seen.items()) if container is not None)


def _process(defined, count, seen):
    config, limits = seen.get('Config') or {}, seen.get('HostConfig') or {}
    resources = Resources(memory=limits.get('Memory') or defined.resources.memory,
                          cpus=(limits.get('NanoCpus') or 0) / 1e9 or None,
                          pids=limits.get('PidsLimit') or defined.resources.pids, nofile=defined.resources.nofile)
    return defined._replace(command=tuple(config.get('Cmd') or defined.command), instances=count, resources=resources,
                            stop_timeout=float(retiring.time_of(seen)), stop_signal=config.get('StopSignal'))
