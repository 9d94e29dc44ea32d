"""`pull`: pulls an image ahead of its deploy, so that a rollout does not wait for it on each host in turn."""

import time

from .. import lock
from ..assets import copying, published
from ..config import definition
from ..docker import images, labels
from ..docker.api import Engine
from ..errors import HostError
from ..store import state
from ..transaction.steps import pull


def run(call):
    begun = time.monotonic()
    host = definition.load_host()
    engine = Engine(host.docker)
    digest, tag = call.option('digest'), call.option('tag')
    already, problem, count, image = False, None, None, None
    try:
        if digest is None:
            digest = images.resolve(engine, call.definition.repository, tag)
        app_state = state.AppState(call.app)
        image, already = pull.fetched(engine, host, app_state, call.definition.repository, digest,
                                      tidy=not lock.Lock(call.app).busy())
        assets = call.definition.assets
        if assets:
            already = already and published.count(app_state, assets, digest) is not None
            count = copying.ensure(engine, host, app_state, assets, digest, image['Id'], call.warn)
    except HostError as found:
        problem = found
        problem.state = problem.state or 'nothing was touched'
    fields = {'digest': digest, 'tag': tag, 'already': already, 'ms': int((time.monotonic() - begun) * 1000),
              'outcome': 'failed' if problem else 'unchanged' if already else 'succeeded',
              'exit': problem.exit if problem else 0}
    if image is not None:
        fields['labels'] = labels.of(image)
    if count is not None:
        fields['assets'] = count
    if problem:
        fields['error'] = problem.as_dict()
    call.output.emit('pull.finished', **fields)
    return fields['exit']
