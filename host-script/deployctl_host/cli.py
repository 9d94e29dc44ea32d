"""The command line: who calls, what is asked, and the one place where every answer gets its exit code."""

import importlib
import os
import signal

from . import access, arguments, audit, events
from .config import definition
from .errors import HostError

# Verbs that look and change nothing: they answer although something is left to be settled that cannot be settled now.
READING = ('help', 'version', 'status', 'history', 'logs', 'preflight', 'attach', 'traffic')
MODULES = dict.fromkeys(('deploy', 'rollback', 'restart', 'stop', 'start', 'maintenance'), 'transact')
# These leave their audit line themselves, when nothing refuses them any more.
BEGIN_LATER = (*MODULES, 'run')
# These go by what is recorded as live. `start` is not among them: it brings the recorded release back where users are
# led to another one.
BY_RECORD = ('deploy', 'rollback', 'restart', 'stop', 'maintenance', 'prune')


class Call:
    """One call: the request, who made it, and where its answer goes."""

    def __init__(self, request, caller, output, definition, facts):
        self._facts = facts
        self._begun = False
        self.request = request
        self.definition = definition    # the app's, None for a call without an app
        self.caller = caller
        self.output = output

    @property
    def app(self):
        return self.request.app

    def option(self, name):
        return self.request.options.get(name)

    def warn(self, code, message):
        self.output.emit('warning', code=code, message=message)

    def begin(self):
        """Leaves the audit line of a call that is about to change something: without it nothing may be changed."""
        if not self._begun:
            audit.record_or_refuse(phase='begin', **self._facts)
            self._begun = True

    def may(self, app):
        """Whether an app that the call did not name is the caller's; one without a definition is root's."""
        if self.caller.uid == 0:
            return True
        try:
            access.require(definition.load_app(app), self.caller)
        except HostError:
            return False
        return True


def main(argv):
    """Answers one call and returns its exit code."""
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    output = events.Output(render=_renderer(argv))
    facts = {'verb': argv[0] if argv else None}
    try:
        code = _answer(argv, output, facts)
    except HostError as problem:
        code = _say(output, facts, problem)
    except KeyboardInterrupt:
        code = _say(output, facts, HostError('internal', 'interrupted', state='work that had begun goes on by itself',
                                             hint='deployctl-host status tells what is under way; attach follows it'))
    except Exception as problem:
        code = _say(output, facts, HostError(
            'internal', 'a defect: %s at %s' % (type(problem).__name__, _place(problem)),
            hint='tell the maintainers; deployctl-host recover settles what was begun'))
    audit.record(exit=code, phase='end', **facts)
    return code


def _say(output, facts, problem):
    output.emit('error', exit=problem.exit, error=problem.as_dict())
    facts['error'] = problem.message
    return problem.exit


def _place(problem):
    """Where in the script it happened. Never the error's text: that could carry a value."""
    trace = problem.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return '%s:%d' % (os.path.basename(trace.tb_frame.f_code.co_filename), trace.tb_lineno)


def _renderer(argv):
    """How to answer must be known before it is known whether the words make sense."""
    if '--output=text' in argv or ('--output', 'text') in zip(argv, argv[1:]):
        wanted = True
    elif '--output=ndjson' in argv or ('--output', 'ndjson') in zip(argv, argv[1:]):
        wanted = False
    else:
        wanted = os.isatty(1)
    if not wanted:
        return None
    from . import render
    return render.Renderer().line


def _answer(argv, output, facts):
    facts.update(words=argv[1:])
    caller = access.caller()
    facts.update(by=caller.name, client=caller.client)
    request = arguments.parse(argv)
    facts.update(verb=request.verb, app=request.app)
    wanted = None
    if request.app is not None:
        wanted = _definition(request, caller)
    call = Call(request, caller, output, wanted, facts)
    if request.verb not in READING + BEGIN_LATER:
        call.begin()
    if request.verb not in ('help', 'version', 'attach', 'recover'):
        _confine(call)
    if request.verb not in ('help', 'version', 'attach', 'recover', 'remove'):
        _settle(call)
    return _module(request.verb).run(call)


def _definition(request, caller):
    """The app's definition, once it is known that the caller may ask for this; for root a stand-in where it is gone."""
    if arguments.VERBS[request.verb].root and caller.uid != 0:
        raise HostError('not-allowed', '%s is for root alone, and the caller is %s' % (request.verb, caller.name),
                        state='nothing was touched', hint='an operator calls it as root; in a shell that sudo opened: '
                        'env -u SUDO_USER deployctl-host %s %s' % (request.verb, request.app))
    try:
        wanted = definition.load_app(request.app)
    except HostError:
        if caller.uid != 0 or not _without_definition(request):
            raise
        return definition.stand_in(request.app)
    access.require(wanted, caller)
    return wanted


def _without_definition(request):
    """Whether root is answered although the app's definition is gone or broken."""
    from .store import state
    return request.verb == 'remove' or request.verb in ('status', 'history', 'logs', 'recover') and (
        request.app in state.known_apps())


def _module(verb):
    try:
        return importlib.import_module('.verbs.' + MODULES.get(verb, verb), __package__)
    except ModuleNotFoundError:
        raise HostError('usage', '%s is not part of this version' % verb, state='nothing was touched',
                        hint='upgrade deployctl-host on this host') from None


def _left_over(app_state):
    from .transaction import removal
    return app_state.unfinished() is not None or removal.decided(app_state)


def _confine(call):
    """After a boot without systemd nobody has made the mount yet. What starts containers insists on it by itself."""
    from . import confinement
    try:
        confinement.mount()
    except HostError as problem:
        call.output.emit('warning', code='confinement', message=problem.message)


def _settle(call):
    """Whatever a dead worker left is settled before anything else is looked at."""
    from .store import state
    reading = call.request.verb in READING
    for app in [call.app] if call.app else state.known_apps():
        if not _left_over(state.AppState(app)) or not (call.app or call.may(app)):
            continue
        from .verbs import recover
        try:
            if not reading:
                call.begin()
            recover.settle(call, app)
        except HostError as problem:
            if not reading:
                raise
            call.warn('recover', '%s: %s' % (app, problem.message))
    if call.app and call.request.verb in BY_RECORD:
        from .verbs import recover
        recover.rebuild_mismatch(call, call.app)
