"""Passes the output and the result of a one-off command on to a caller, who may die at any time."""

import contextlib
import time

from ...docker import logs
from ...errors import EXITS, HostError
from ...store import run_locks, runs
from . import course

POLL = 0.03
CHECK_EVERY = 0.5
# Docker may be restarting, and the command may go on. A daemon that has not answered for so long is reported.
SILENT = 90.0
# The key of the definition that limits the time of a command.
LIMITS = {'run': '[app] command-timeout', 'release': '[release] timeout', 'check': '[release] timeout',
          'schedule': '[schedule %s] timeout', 'console': '[app] console-timeout'}


def follow(app_state, identity, output, engine):
    """Passes on what a command prints, from its first line on, and its result. Returns the exit code of the call."""
    follower = Follower(app_state, identity, output, engine)
    facts = runs.require(app_state, identity)
    if facts['kind'] == 'console' and not facts['ended']:
        raise HostError('usage', 'a console has one terminal, that of %s since %s' % (facts['by'], facts['ts']),
                        state='nothing was touched', hint='deployctl-host status %s' % app_state.app)
    try:
        with run_locks.reading(app_state, identity):
            return follower.to_the_end()
    except KeyboardInterrupt:
        raise HostError('internal', 'interrupted', state='the command goes on', hint=follower.hint) from None


class Follower:
    """One caller that follows one command."""

    def __init__(self, app_state, identity, output, engine):
        self.app_state = app_state
        self.identity = identity
        self.output = output
        self.engine = engine
        self.hint = 'deployctl-host attach %s --run=%s' % (app_state.app, identity)
        self._lines = 0
        self._pause = POLL
        self._checked = time.monotonic()
        self._silent = None     # since when Docker does not answer

    def to_the_end(self):
        facts = self._begun()
        for text in facts.get('warnings') or ():
            self.output.emit('warning', code='env', message=text)
        self.output.emit('run.started', release=facts.get('release'), container=(facts.get('container') or '')[:12],
                         words=facts['words'], digest=facts.get('digest'), **runs.named(facts))
        while self.output.open:
            ended = self._facts()['ended']
            whole = self._pass_on(facts, follow=not ended)
            facts = self._facts() if ended else self._ended(whole)
            if facts is not None:
                break
            facts = self._facts()
        else:
            return EXITS['internal']
        if self._lines == 0:
            self._tell_kept(facts)
        return self._result(facts)

    def _facts(self):
        return runs.require(self.app_state, self.identity)

    def _begun(self):
        """Waits until the command was started, or raises the error for which it was not."""
        while True:
            facts = self._facts()
            raise_refusal(facts)
            if facts.get('begun') or facts['ended']:
                return facts
            if self._is_due():
                course.settle(self.app_state, self.engine, self.identity)
            time.sleep(POLL)

    def _is_due(self):
        """Returns True twice a second: the command may have lost its keeper."""
        due = time.monotonic() - self._checked >= CHECK_EVERY
        if due:
            self._checked = time.monotonic()
        return due

    def _pass_on(self, facts, follow):
        """Passes on lines that were not passed on yet. Returns False if Docker stopped telling them."""
        number = 0
        if not facts.get('container'):
            return False
        try:
            for ts, stream, text in logs.lines(self.engine, facts['container'], follow=follow):
                number += 1
                if number <= self._lines:
                    continue
                self._lines = number
                self.output.emit('log.line', ts=ts, instance=0, release=facts.get('release'), stream=stream, line=text)
                if not self.output.open:
                    break
            return True
        except HostError:
            return False

    def _ended(self, whole):
        """Waits a moment for the end. Returns its facts; None if there is none yet, or there may be more lines.

        Docker ends the stream of lines early if the container is only about to start.
        """
        until = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, CHECK_EVERY)
        while self.output.listening():
            facts = self._facts()
            if facts['ended']:
                return facts if whole and self._lines else None
            if self._is_due():
                with contextlib.suppress(HostError):    # the keeper waits for Docker too
                    course.settle(self.app_state, self.engine, self.identity)
                self._require_docker()
            if time.monotonic() > until:
                return None
            time.sleep(POLL)
        return None

    def _require_docker(self):
        """Raises HostError once Docker has not answered for a long time, as nobody can tell then how the command is."""
        try:
            self.engine.ping()
            self._silent = None
        except HostError as problem:
            self._silent = self._silent or time.monotonic()
            if time.monotonic() - self._silent < SILENT:
                return
            problem.state = 'the command was started; it is not known whether it still runs'
            problem.hint = '%s; once it answers: %s' % (problem.hint, self.hint)
            raise

    def _tell_kept(self, facts):
        """Tells the last lines of a command whose container is gone."""
        for text in facts.get('lines') or ():
            self.output.emit('log.line', ts=facts['ended'], instance=0, release=facts.get('release'), stream='stdout',
                             line=text)

    def _result(self, facts):
        raise_refusal(facts)
        if facts.get('stopping') == 'timeout':
            raise timed_out(self.app_state.app, facts)
        told = {'error': facts['error']} if facts.get('error') else {}
        self.output.emit('run.finished', exit=facts['exit'], release=facts.get('release'), ms=facts['ms'],
                         container=(facts.get('container') or '')[:12], **runs.named(facts), **told)
        return 0 if facts['exit'] == 0 and not told else EXITS['release-failed']


def raise_refusal(facts):
    """Raises the error for which a command was not started, if there is one."""
    told = facts.get('refused')
    if told:
        kind = told.get('kind')
        raise HostError(kind if kind in EXITS else 'internal', str(told.get('message')), told.get('state'),
                        told.get('hint'))


def timed_out(app, facts):
    """Returns the error for a command that was stopped at its time limit."""
    key = LIMITS.get(facts['kind'], LIMITS['run'])
    if facts['kind'] == 'schedule':
        key %= facts.get('schedule')
    return HostError('release-failed', 'the command was stopped: it had not ended after %g s' % facts['timeout'],
                     state='what it had done by then is done; its container %s is removed' % (
                         (facts.get('container') or '')[:12]),
                     hint='if it needs longer, raise %s in the definition of %s' % (key, app))
