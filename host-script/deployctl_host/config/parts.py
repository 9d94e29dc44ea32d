"""Reads the sections of a definition beside the web part: processes, the release command, schedules, assets."""

from . import calendar, keys, values
from .schema import Assets, Process, ProcessHealth, ReleaseCommand, Resources, Schedule

MIB = 1024 ** 2
HOUR = 3600.0
NAME = r'[a-z][a-z0-9-]{0,19}'
ORDER = values.choice('start-first', 'stop-first')
# The name of the web part in status, logs and events.
WEB = 'web'


def resources(form, section, default):
    """Reads memory, cpus, pids and nofile of a section."""
    return Resources(
        memory=form.take(section, 'memory', values.size(6 * MIB, 1024 ** 5), default.memory),
        cpus=form.take(section, 'cpus', values.decimal(0.01, 1024), default.cpus),
        pids=form.take(section, 'pids', values.integer(1, 4194304), default.pids),
        nofile=form.take(section, 'nofile', values.integer(64, 1048576), default.nofile))


def processes(form, default, stop_timeout):
    """Reads every `[process NAME]`. `default` are the resources of the app, `stop_timeout` that of its drain."""
    return tuple(_process(form, name, default, stop_timeout) for name in form.named('process', NAME))


def _process(form, name, default, stop_timeout):
    section = 'process ' + name
    if name == WEB:
        form.wrong_section(section, '%s is the name of the part behind the virtual host' % WEB)
    health = form.take(section, 'health', keys.process_health, {})
    return Process(
        name=name,
        command=form.take(section, 'command', keys.fixed_command, (), required=True),
        instances=form.take(section, 'instances', values.integer(1, 16), 1),
        resources=resources(form, section, default),
        stop_timeout=form.take(section, 'stop-timeout', values.duration(1, 24 * HOUR), stop_timeout),
        stop_signal=form.take(section, 'stop-signal', keys.stop_signal),
        health=ProcessHealth(**dict(health, deadline=form.take(
            section, 'health-deadline', values.duration(1, HOUR), ProcessHealth().deadline))),
        roles=form.take(section, 'roles', values.several(keys.role, r'[,\s]+'), ()),
        order=form.take(section, 'order', ORDER, Process(name, ()).order))


def release_command(form):
    """Reads `[release]`, or returns None."""
    if not form.has('release'):
        return None
    default = ReleaseCommand(())
    return ReleaseCommand(
        command=form.take('release', 'command', keys.fixed_command, (), required=True),
        check=form.take('release', 'check', keys.fixed_command, default.check),
        timeout=form.take('release', 'timeout', values.duration(1, 24 * HOUR), default.timeout))


def schedules(form):
    """Reads every `[schedule NAME]`."""
    return tuple(_schedule(form, name) for name in form.named('schedule', NAME))


def _schedule(form, name):
    section, default = 'schedule ' + name, Schedule(name, '', ())
    return Schedule(
        name=name,
        at=form.take(section, 'at', calendar.read, '', required=True),
        command=form.take(section, 'command', keys.fixed_command, (), required=True),
        timezone=form.take(section, 'timezone', keys.timezone),
        on=form.take(section, 'on', values.choice('each', 'one'), default.on),
        roles=form.take(section, 'roles', values.several(keys.role, r'[,\s]+'), ()),
        timeout=form.take(section, 'timeout', values.duration(1, 24 * HOUR), default.timeout),
        overlap=form.take(section, 'overlap', values.choice('skip', 'allow'), default.overlap))


def check_schedules(form, loaded, load_host):
    """Checks what a schedule needs of the host's configuration, which is read only if one runs on one host of all."""
    alone = [schedule for schedule in loaded if schedule.on == 'one' and not schedule.roles]
    if alone and not load_host().etcd.endpoints:
        for schedule in alone:
            form.wrong('schedule ' + schedule.name, 'on', 'one host of all is found by etcd ([etcd] endpoints in '
                       'host.conf) or by a role that only one host has (roles = ...); there is neither')


def assets(form):
    """Reads `[assets]`, or returns None."""
    if not form.has('assets'):
        return None
    return Assets(
        path=form.take('assets', 'path', keys.directory, '', required=True),
        url=form.take('assets', 'url', keys.url_prefix, '', required=True),
        keep=form.take('assets', 'keep', values.integer(1, 100), 3))
