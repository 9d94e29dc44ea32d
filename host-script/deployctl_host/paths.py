"""All paths of the script. They are fixed here; none comes from the environment or from a caller.

Tests patch the constants; the functions compute the other paths on each call.
"""

ETC = '/etc/deployctl'
STATE = '/var/lib/deployctl'
RUN = '/run/deployctl'
LOG = '/var/log/deployctl'
UNITS = '/etc/systemd/system'


def host_conf():
    return ETC + '/host.conf'


def freezes():
    return ETC + '/freezes.conf'


def apps_dir():
    return ETC + '/apps'


def app_definition(app):
    return '%s/apps/%s.conf' % (ETC, app)


def env_file(app):
    return '%s/env/%s.env' % (ETC, app)


def common_env_file():
    return ETC + '/env/common.env'


def desired(app):
    return '%s/desired/%s' % (ETC, app)


def applying():
    return ETC + '/.apply'


def app_state(app):
    return '%s/%s' % (STATE, app)


def audit_log():
    return LOG + '/audit.log'
