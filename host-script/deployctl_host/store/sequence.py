"""Numbers the transactions of this host. The numbers give their order, since a clock may be set back."""

from .. import files, lock, paths
from ..errors import HostError

TIMEOUT = 5.0


def next(highest):
    """Returns the next number. `highest` finds the last one if its file was lost or damaged."""
    only_one = lock.Lock('.sequence')
    if not only_one.take(TIMEOUT):
        raise HostError('internal', 'another call has been numbering a transaction for %g s' % TIMEOUT,
                        state='nothing was touched', hint='try again')
    try:
        path = paths.STATE + '/sequence'
        try:
            last = files.read_json(path)
        except HostError:
            last = None
        number = (last if type(last) is int and last >= 0 else highest()) + 1
        files.write_json(path, number)
        return number
    finally:
        only_one.release()
