"""Reads the logs of containers, stored or live, line by line with time and stream."""

import struct
from typing import Dict

from .. import http_client
from ..errors import HostError
from .api import DockerError
from .containers import clean

LINE_LIMIT = 8000
STREAMS = {1: 'stdout', 2: 'stderr'}
HEAD = struct.Struct('>B3sI')


def lines(engine, container, tail=None, since=None, follow=False):
    """Yields (ts, stream, text), oldest first. With `follow` it goes on until the container ends.

    Raises HostError('unavailable') if the daemon cannot read them.
    """
    query = {'stdout': 'true', 'stderr': 'true', 'timestamps': 'true', 'tail': 'all' if tail is None else str(tail)}
    if since is not None:
        query['since'] = since
    if follow:
        query['follow'] = 'true'
    try:
        answer, connection = engine.open('GET', '/containers/%s/logs' % container, query, stream=follow)
    except DockerError as problem:
        raise _unreadable(container, problem.message) from problem
    with connection:
        try:
            for stream, line in _lines(answer.chunks()):
                yield _parsed(stream, line)
        except (OSError, http_client.HttpError) as problem:
            raise _unreadable(container, str(problem)) from problem


def last(engine, container, count):
    """Returns the end of a container's log as a list. It is empty if it cannot be read: these lines explain another
    failure and must not hide it.
    """
    try:
        return list(lines(engine, container, count))
    except HostError:
        return []


def _unreadable(container, why):
    return HostError('unavailable', 'Docker cannot read the log of container %s: %s' % (container[:12], why),
                     hint='if its log driver does not support reading (docker info), look where it sends the log')


def _lines(chunks):
    """Yields (stream, line) from Docker's frames. A line may span several frames, and the streams may alternate. A
    container with a terminal has a log without frames.
    """
    begun: Dict[int, bytes] = {}
    for stream, data in _frames(chunks):
        held = begun.get(stream, b'') + data
        whole = held.split(b'\n')
        for line in whole[:-1]:
            yield stream, line
        begun[stream] = whole[-1][:LINE_LIMIT * 4]
    for stream, line in begun.items():
        if line:
            yield stream, line


def _frames(chunks):
    held, plain = b'', None
    for chunk in chunks:
        held += chunk
        if plain is None and len(held) >= HEAD.size:
            stream, zeros, _ = HEAD.unpack_from(held)
            plain = stream > 2 or zeros != b'\0\0\0'
        if plain:
            yield 1, held
            held = b''
            continue
        while len(held) >= HEAD.size:
            stream, _, length = HEAD.unpack_from(held)
            if len(held) < HEAD.size + length:
                break
            yield stream, held[HEAD.size:HEAD.size + length]
            held = held[HEAD.size + length:]
    if held and plain is not False:
        yield 1, held


def _parsed(stream, line):
    stamp, _, text = line.partition(b' ')
    return _moment(stamp.decode('ascii', 'replace')), STREAMS.get(stream, 'stdout'), clean(
        text.decode('utf-8', 'replace').rstrip('\r'), LINE_LIMIT)


def _moment(stamp):
    """Converts Docker's time stamp to that of events: UTC with milliseconds, so that its text sorts by time."""
    whole, _, part = stamp.rstrip('Z').partition('.')
    return '%s.%sZ' % (whole, (part + '000')[:3])
