"""Step `health`: waits until the new release is healthy, before any user reaches it."""

import time

from ...errors import HostError
from ..health_checks import Watch


def require_healthcheck(transaction, image):
    """Refuses an image without a HEALTHCHECK if the web part goes by it."""
    test = ((image.get('Config') or {}).get('Healthcheck') or {}).get('Test') or ['NONE']
    if transaction.new.is_web and transaction.definition.health.type == 'docker' and test == ['NONE']:
        raise HostError('definition', '[health] type = docker, but the image has no HEALTHCHECK',
                        hint='give the image one, or let type be http or tcp')


def wait_healthy(transaction):
    """Waits until every instance is healthy. One that ends fails at once, a slow one at the deadline."""
    if not transaction.new.is_web:
        return
    with transaction.step('health'):
        watch = transaction.watch = Watch(transaction, transaction.new, True)
        deadline = time.monotonic() + transaction.definition.health.deadline
        while not watch.healthy:
            transaction.safe_point()
            begun = time.monotonic()
            watch.probe()
            if watch.healthy:
                return
            if time.monotonic() >= deadline:
                raise watch.verdict('never healthy in %g s' % transaction.definition.health.deadline)
            watch.sleep_until(min(begun + transaction.definition.health.interval, deadline))
