"""Carries frames between a host's port and a tap in the bridge, each after a delay, some of them never.

usage: delayer.py PORT TAP DELAY_MS LOSS_PERCENT

For kernels without netem. Frames travel with their virtio headers, so that whole segments and unset checksums pass as
they are and the link stays as fast as it was but for the delay.
"""
import collections
import fcntl
import os
import random
import select
import socket
import struct
import sys
import time

TUNSETIFF, TUNSETOFFLOAD = 0x400454CA, 0x400454D0
IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x0002, 0x1000, 0x4000
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_VNET_HDR = 263, 1, 15
ETH_P_ALL = 3
BIGGEST = 70000                      # a whole segment with its headers


def open_tap(name):
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI | IFF_VNET_HDR))
    fcntl.ioctl(tap, TUNSETOFFLOAD, 1 | 2 | 4)          # checksum, TSO4, TSO6
    return tap


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
    port.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    port.bind((name, ETH_P_ALL))
    promiscuous = struct.pack("iHH8s", socket.if_nametoindex(name), 1, 0, b"")
    port.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, promiscuous)
    return port


class Way:
    """One direction: what was received waits in a queue until it is due."""

    def __init__(self, receive, send):
        self.receive, self.send = receive, send
        self.queue: collections.deque = collections.deque()

    def take_in(self, delay, loss):
        try:
            for _ in range(64):
                frame = self.receive()
                if random.random() >= loss:
                    self.queue.append((time.monotonic() + delay, frame))
        except OSError:
            pass                     # nothing more to read just now

    def let_out(self):
        while self.queue and self.queue[0][0] <= time.monotonic():
            try:
                self.send(self.queue.popleft()[1])
            except OSError:
                pass                 # a full queue or a link that is down: the frame is lost, as on a wire


def main(port_name, tap_name, delay_ms, loss_percent):
    delay, loss = float(delay_ms) / 1000, float(loss_percent) / 100
    tap, port = open_tap(tap_name), open_port(port_name)
    ways = {
        port.fileno(): Way(lambda: port.recv(BIGGEST), lambda frame: os.write(tap, frame)),
        tap: Way(lambda: os.read(tap, BIGGEST), port.send),
    }
    while True:
        due = min((way.queue[0][0] for way in ways.values() if way.queue), default=None)
        wait = None if due is None else max(0, due - time.monotonic())
        ready = select.select(list(ways), [], [], wait)[0]
        for fd, way in ways.items():
            if fd in ready:
                way.take_in(delay, loss)
            way.let_out()


if __name__ == "__main__":
    main(*sys.argv[1:])
