"""The command line: identifies the caller, parses the request, runs the verb, and decides the exit code."""

import importlib
import os
import signal

from . import access, arguments, audit, events, paths, standby
from .config import definition
from .errors import HostError

# Verbs that change nothing: they answer even if an unfinished transaction cannot be settled now.
READING = ('help', 'version', 'status', 'definition', 'history', 'logs', 'preflight', 'attach', 'traffic', 'timeline',
           'env-list')
TRANSACTIONS = ('deploy', 'promote', 'abandon', 'rollback', 'restart', 'stop', 'start', 'maintenance')
MODULES = dict(dict.fromkeys(TRANSACTIONS, 'transact'), **{
    'env-list': 'env_list', 'env-set': 'env_edit', 'env-unset': 'env_edit'})
# These write their audit line themselves, after the last check that could refuse them.
BEGIN_LATER = (*TRANSACTIONS, 'run', 'release', 'console', 'apply')
# These concern the source of the environment, which is changed also while a transaction of the app is unfinished.
OF_THE_SOURCE = ('env-list', 'env-set', 'env-unset')
# These rely on the record of the live release. `start` does not: it restores the recorded release where nginx leads
# to another one.
BY_RECORD = ('deploy', 'promote', 'rollback', 'restart', 'stop', 'maintenance', 'prune')


class Call:
    """One call: the request, its caller, and the output for its answer."""

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
        """Writes the audit line of a call that is about to change something; raises HostError if that fails."""
        if not self._begun:
            audit.record_or_refuse(phase='begin', **self._facts)
            self._begun = True

    def may(self, app):
        """Returns True if the caller may deploy `app`, for a call that named no app. Without a definition, only
        root may.
        """
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
        code = _report(output, facts, problem)
    except KeyboardInterrupt:
        code = _report(output, facts, HostError(
            'internal', 'interrupted', state='a running transaction continues',
            hint='deployctl-host status shows what is running; attach follows it'))
    except Exception as problem:
        code = _report(output, facts, HostError(
            'internal', 'a defect: %s at %s' % (type(problem).__name__, _place(problem)),
            hint='report it to the maintainers; deployctl-host recover settles an unfinished transaction'))
    audit.record(exit=code, phase='end', **facts)
    return code


def _report(output, facts, problem):
    output.emit('error', exit=problem.exit, error=problem.as_dict())
    facts['error'] = problem.message
    return problem.exit


def _place(problem):
    """Returns the file and line of a defect. The exception's text is left out because it could contain an env value."""
    trace = problem.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return '%s:%d' % (os.path.basename(trace.tb_frame.f_code.co_filename), trace.tb_lineno)


def _renderer(argv):
    """Chooses the output format. This happens before the arguments are parsed, so that usage errors have it too."""
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
    facts.update(words=audit.redacted(argv[1:]))
    caller = access.caller()
    facts.update(by=caller.name, client=caller.client)
    request = arguments.parse(argv)
    facts.update(verb=request.verb, app=request.app)
    _require_root(request, caller)
    if request.options.get('standby'):
        _prepare(request.verb)
        standby.wait()
    if request.verb != 'help' and os.path.lexists(paths.applying()):
        _settle_apply(request, output)
    wanted = None
    if request.app is not None:
        wanted = _definition(request, caller)
    call = Call(request, caller, output, wanted, facts)
    if request.verb not in READING + BEGIN_LATER:
        call.begin()
    if request.verb not in ('help', 'version', 'attach', 'recover', 'apply', *OF_THE_SOURCE):
        _confine(call)
    if request.verb not in ('help', 'version', 'attach', 'recover', 'remove', 'apply', 'drain', 'undrain',
                            *OF_THE_SOURCE):
        _settle(call)
    return _module(request.verb).run(call)


def _require_root(request, caller):
    if arguments.VERBS[request.verb].root and caller.uid != 0:
        raise HostError('not-allowed', 'only root may call %s, and the caller is %s' % (request.verb, caller.name),
                        state='nothing was touched', hint='call it as root; in a root shell opened by sudo: '
                        'env -u SUDO_USER deployctl-host %s' % ' '.join(filter(None, (request.verb, request.app))))


def _settle_apply(request, output):
    """Settles an `apply` that was cut off, before a file that it was replacing is read."""
    from .apply import replacement

    def warn(code, message):
        output.emit('warning', code=code, message=message)
    try:
        replacement.settle(warn)
    except HostError as problem:
        if request.verb not in READING + ('recover',):      # which does all that it can, and fails at its end
            raise
        warn('apply', problem.message)


def _definition(request, caller):
    """Returns the app's definition if the caller may use it. Root gets a placeholder if the definition is missing."""
    try:
        wanted = definition.load_app(request.app)
    except HostError:
        if caller.uid != 0 or not _without_definition(request):
            raise
        return definition.stand_in(request.app)
    _admit(arguments.VERBS[request.verb].who, wanted, caller)
    return wanted


def _admit(who, wanted, caller):
    """Raises HostError('not-allowed') unless the definition admits the caller to a verb."""
    if who == arguments.EDITORS:
        access.require_editor(wanted, caller)
    elif who == arguments.DEPLOYERS or not access.may(wanted.env.editors, caller):
        access.require(wanted, caller)


def _without_definition(request):
    """Returns True if root may make this request although the app's definition is missing or invalid."""
    from .store import state
    return request.verb == 'remove' or request.verb in ('status', 'history', 'logs', 'recover', 'unlock') and (
        request.app in state.known_apps())


def _module(verb):
    try:
        return importlib.import_module('.verbs.' + MODULES.get(verb, verb), __package__)
    except ModuleNotFoundError:
        raise HostError('usage', 'this version does not support %s' % verb, state='nothing was touched',
                        hint='upgrade deployctl-host on this host') from None


def _prepare(verb):
    """Loads the modules that the call is going to need."""
    _module(verb)
    for name in ('confinement', 'store.held', 'store.runs') + (
            ('transaction.worker', 'verbs.recover') if verb in TRANSACTIONS else ()):
        importlib.import_module('.' + name, __package__)


def _needs_settling(app_state):
    return app_state.unfinished() is not None or app_state.is_being_removed()


def _confine(call):
    """Makes the confining mount, which is missing after a boot without systemd. A failure is only a warning here:
    the steps that start containers require the mount themselves.
    """
    from . import confinement
    try:
        confinement.mount()
    except HostError as problem:
        call.output.emit('warning', code='confinement', message=problem.message)


def _settle(call):
    """Settles transactions whose worker died, before the verb looks at the app."""
    from .store import state
    reading = call.request.verb in READING
    for app in [call.app] if call.app else state.known_apps():
        if not _needs_settling(state.AppState(app)) or not (call.app or call.may(app)):
            continue
        from .verbs import recover
        try:
            if not reading:
                call.begin()
            recover.settle(call, app)
        except HostError as problem:
            if not reading and call.request.verb != 'scheduled':     # which is not held up by a change of the app
                raise
            call.warn('recover', '%s: %s' % (app, problem.message))
    if call.app and not reading:
        _look_after_commands(call)
        _look_after_held(call)
    if call.app and call.request.verb in BY_RECORD:
        from .verbs import recover
        recover.rebuild_mismatch(call, call.app)


def _look_after_held(call):
    """Gives a held release whose watcher died a new one."""
    from .store import held, state
    app_state = state.AppState(call.app)
    if held.load(app_state) is not None:
        from .transaction.holding import watcher
        watcher.look_after(app_state)


def _look_after_commands(call):
    """Gives one-off commands whose keeper died a new one, before the verb changes what they rely on."""
    from .store import runs, state
    app_state = state.AppState(call.app)
    if runs.open_ids(app_state):
        from .transaction.one_off import course
        course.look_after(app_state, definition.load_host())
