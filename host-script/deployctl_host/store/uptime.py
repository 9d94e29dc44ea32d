"""The time since the host was started, which no change of its clock moves, and the id of this start."""

import time

BOOT_ID = '/proc/sys/kernel/random/boot_id'


def now():
    """Returns the seconds since the host was started."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot():
    """Returns the id of this start of the host, '' if the kernel does not tell it."""
    try:
        with open(BOOT_ID, encoding='ascii') as source:
            return source.read().strip()
    except OSError:
        return ''
