"""Plans: which release each verb makes live. A new image, the same image with a fresh env, or a kept release."""

from .. import probes
from ..capacity import memory
from ..docker import containers, labels
from ..errors import HostError
from ..store import state
from . import release, routing, targets
from .holding import ending
from .processes import instances
from .steps import env, pull


def make(transaction):
    """Returns the plan for the verb of the request."""
    return {'deploy': Deploy, 'restart': Restart, 'rollback': Rollback, 'start': Start, 'stop': Stop,
            'maintenance': Maintenance, 'promote': Promote, 'abandon': Abandon}[transaction.request.verb](transaction)


class Deploy:
    """A new release of an image, named by digest or tag."""

    def __init__(self, transaction):
        self._transaction = transaction
        self.definition = transaction.wanted
        self.digest = transaction.request.digest
        self.tag = transaction.request.image_tag
        self.release_id = state.new_release_id()
        self._snapshot = None
        self._same = False
        self._ends = targets.require_none_held(transaction.state, transaction.request)
        if transaction.request.hold:
            _require_two_at_once(self.definition)

    def prepare(self):
        transaction = self._transaction
        if self._ends is not None:
            transaction.warn('held', 'release %s, which is held by %s since %s, is removed' % (
                self._ends.release, self._ends.by, self._ends.since))
            ending.end(transaction, self._ends)
        self._snapshot = env.read(transaction)
        with transaction.step('pull'):
            self.digest, self.tag = pull.digest_of(transaction)
            forced = transaction.request.force
            self._same = not forced and is_live_already(transaction, self.digest, self._snapshot)
            if self._same:
                return None, None
            _require_memory(transaction)
            transaction.begin_release(
                release.fresh(transaction, self.release_id, self.digest, self.tag, self._snapshot), True)
            image = pull.image(transaction, transaction.new)
            _made_of(transaction, image)
        transaction.state.save_release(transaction.new, self._snapshot.as_dict())
        return image, self._snapshot.values

    def nothing_to_do(self):
        return self._same

    def shape(self):
        return _shape(self)


class Restart:
    """A new release of the live image, with a fresh environment."""

    def __init__(self, transaction):
        old = targets.live(transaction.state)
        self._transaction = transaction
        self.definition = transaction.wanted
        self.digest, self.tag = old.digest, old.tag
        self.release_id = state.new_release_id()

    def prepare(self):
        transaction = self._transaction
        _require_memory(transaction)
        snapshot = env.read(transaction)
        with transaction.step('pull'):
            found = pull.kept_image(transaction, transaction.old)
            transaction.begin_release(
                release.fresh(transaction, self.release_id, self.digest, self.tag, snapshot), True)
            _made_of(transaction, found)
            pull.tag(transaction, transaction.new, found)
        transaction.state.save_release(transaction.new, snapshot.as_dict())
        return found, snapshot.values

    def nothing_to_do(self):
        return False

    def shape(self):
        return _shape(self)


class Rollback:
    """A kept release with its own image and environment, and usually its containers. Needs no registry and no etcd."""

    def __init__(self, transaction):
        target = self._find(transaction)
        _require_web_part(transaction, target)
        self._transaction = transaction
        self._target = target
        self._same = self._is_live(transaction)
        self.digest, self.tag, self.release_id = target.digest, target.tag, target.id

    def _find(self, transaction):
        return targets.rollback_target(transaction.state, transaction.request)

    def _is_live(self, transaction):
        old = transaction.live_before
        return old is not None and self._target.id == old.id

    def prepare(self):
        transaction = self._transaction
        if self._same:
            return None, None
        _require_memory(transaction, self._target)
        transaction.begin_release(self._target, False)
        snapshot = env.read_kept(transaction, self._target)
        with transaction.step('pull'):
            transaction.emit('image.resolved', tag=self.tag, digest=self.digest)
            image = pull.kept_image(transaction, transaction.new)
            _made_of(transaction, image)
        return image, snapshot.values

    def nothing_to_do(self):
        return self._same

    def shape(self):
        return self._target


class Promote(Rollback):
    """The held release, with its containers and the environment that it was started with."""

    def _find(self, transaction):
        return targets.promotable(transaction.state, transaction.request)


class Start(Rollback):
    """The release that was stopped, or that should be live and is not."""

    def _is_live(self, transaction):
        old = transaction.live_before
        return (super()._is_live(transaction) and _is_routed(transaction, old) and is_healthy(transaction, old)
                and routing.vhost_on_disk(transaction) == routing.vhost_text(transaction, old))


class Abandon:
    """The end of a held release. What is live stays."""

    def __init__(self, transaction):
        self.held = targets.abandoned(transaction.state, transaction.request)
        self.release_id, self.digest, self.tag = (
            self.held.release, self.held.digest, self.held.tag) if self.held else (None, None, None)


class AvailabilityChange:
    """The base of stop and maintenance: the release stays the same, and its virtual host changes."""

    release_id = None

    def _is_done(self, transaction):
        raise NotImplementedError

    def __init__(self, transaction):
        self.record = self._target(transaction.state)
        _require_web_part(transaction, self.record)
        self.digest, self.tag = self.record.digest, self.record.tag
        self._same = self._is_done(transaction) and routing.vhost_on_disk(transaction) == routing.vhost_text(
            transaction, self.record)

    def _target(self, app_state):
        return targets.recorded(app_state)

    def nothing_to_do(self):
        return self._same

    def shape(self):
        return self.record


class Stop(AvailabilityChange):
    def _is_done(self, transaction):
        return transaction.stopped


class Maintenance(AvailabilityChange):
    def _target(self, app_state):
        return targets.closable(app_state)

    def _is_done(self, transaction):
        return bool(transaction.state.load().get('maintenance')) == bool(transaction.request.on)


def _shape(plan):
    """The release of a plan, as far as its virtual host depends on it."""
    return release.shape(plan.definition, plan.release_id)


def _require_two_at_once(definition):
    """Refuses to hold a release whose web part must not run beside that of the live one."""
    if definition.vhost is not None and definition.order == 'stop-first':
        raise HostError('definition', 'order = stop-first: two releases of %s never run at once, and none can be '
                        'held' % definition.app, state='nothing was touched',
                        hint='deploy without --hold, or let order be start-first')


def _require_web_part(transaction, record):
    """Takes over what a kept release knows of its web part; HostError if it has one that nothing describes any more."""
    transaction.act_on(record)
    if record.is_web and transaction.definition.vhost is None:
        raise HostError('definition', 'release %s has a web part, and the definition of %s has no [vhost] any more' % (
            record.id, transaction.app), hint='put the [vhost] section back into the definition, then try again')


def _is_routed(transaction, record):
    """Returns whether nginx leads to a release, as far as that has a web part."""
    return routing.routed_release(transaction) == (record.id if record.is_web else None)


def _made_of(transaction, image):
    """Records which image the new release is made of, and what its labels say of its source."""
    told = labels.of(image)
    transaction.new = transaction.new._replace(image=image['Id'], labels=told)
    if told is not None:
        transaction.emit('image.source', labels=told)


def _require_memory(transaction, target=None):
    memory.require(transaction.engine, transaction.host, transaction.definition, transaction.state, target)


def is_live_already(transaction, digest, snapshot):
    """Returns whether a release of this image, environment and definition is live and healthy, so nothing is to do."""
    old = transaction.live_before
    if old is None or old.digest != digest or old.env.sha256 != snapshot.sha256:
        return False
    if old.fingerprint != release.fingerprint(transaction.wanted):
        return False
    return _is_routed(transaction, old) and is_healthy(transaction, old)


def is_healthy(transaction, record):
    """Checks every instance of a live release once, of the web part and of processes."""
    if instances.trouble(transaction, record):
        return False
    for instance in release.instances(record):
        seen = containers.inspect(transaction.engine, release.container(record, instance))
        if seen is None or not seen['State'].get('Running'):
            return False
    wanted = transaction.definition_of(record).health
    if wanted.type == 'docker' or not record.is_web:    # without nginx there is no identity to probe with
        return True
    questions = [probes.Question(wanted.type, address, wanted.timeout, wanted.path, wanted.host,
                                 wanted.expect, sent=wanted.headers)
                 for address in release.addresses(transaction.state, record)]
    return all(seen.ok for seen in probes.ask_all(questions, transaction.identity))
