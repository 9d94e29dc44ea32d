"""Records a release command on a lab host and starts its keeper, as `release` does, without waiting for Docker."""

import os
import sys

HOME = '/usr/lib/deployctl-host'


def main(app, digest, rollout):
    sys.path.insert(0, os.path.join(HOME, os.readlink(HOME + '/current')))
    from deployctl_host.store import runs, state
    from deployctl_host.transaction.one_off import course
    course.begin(state.AppState(app), runs.OneOff('release', ('migrate', '1'), 'deploy', 60.0, 2.0, digest=digest,
                                                  rollout=rollout))


if __name__ == '__main__':
    main(*sys.argv[1:])
