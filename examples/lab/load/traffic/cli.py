"""The load generator's command line.

It sends traffic of many kinds of clients to web hosts of the lab (the sample app behind nginx) and writes, as JSON,
what was sent, what was lost and how, keep-alive races apart, and which release answered when. It ends by SIGTERM, when
the file of --until-file appears, or after --max-seconds; requests under way are brought to their end first.

Exit status: 0 nothing was lost, 1 something was, 2 usage, 3 not one request was answered, 4 a load process died.
"""
import argparse
import datetime
import ipaddress
import json
import os
import sys
import time

from traffic.mix import MIXES, Group
from traffic.run import run_all

ALLOWED = [ipaddress.ip_network(text) for text in ("127.0.0.0/8", "::1/128", "10.77.0.0/16")]


def main(arguments):
    settings = parse(arguments)
    began, started = datetime.datetime.now(datetime.timezone.utc), time.monotonic()
    targets = [f"{host}:{port}" for host, port in settings.target]
    try:
        tally = run_all(settings)
    except RuntimeError as error:
        print(f"load: {error}", file=sys.stderr)
        return 4
    result = {"started": began.isoformat(timespec="milliseconds"), "seconds": round(time.monotonic() - started, 3),
              "targets": targets, "host_header": settings.host_header}
    result.update(tally.result())
    write(result, settings.out)
    print(summary(result), file=sys.stderr)
    return 3 if not result["answered"] else 1 if result["lost"] else 0


def parse(arguments):
    parser = argparse.ArgumentParser(prog="load", description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", action="append", required=True, type=target, metavar="ADDRESS:PORT",
                        help="loopback or an address of a lab; several times for several hosts")
    parser.add_argument("--host-header", metavar="NAME", help="such as blog.lab")
    parser.add_argument("--mix", choices=sorted(MIXES), help="of clients (default: fast)")
    parser.add_argument("--client", action="append", default=[], type=group, metavar="NAME:COUNT[:option=value]",
                        help="clients in place of a mix, such as keepalive-naive:4:think=50 or upload:2:s=4:mb=4")
    parser.add_argument("--scale", type=positive, default=1.0, help="factor of all counts of clients")
    parser.add_argument("--processes", type=int, choices=range(1, 9), default=1)
    parser.add_argument("--timeout", type=positive, default=30.0, help="seconds for one request, beyond its own length")
    parser.add_argument("--max-seconds", type=positive, default=300.0)
    parser.add_argument("--until-file", metavar="FILE", help="stop when it appears")
    parser.add_argument("--ready-file", metavar="FILE", help="is made when every target has answered once")
    parser.add_argument("--out", metavar="FILE", help="where the JSON goes (default: standard output)")
    settings = parser.parse_args(arguments)
    if settings.mix and settings.client:
        parser.error("--mix or --client, not both")
    if settings.ready_file and settings.processes > 1:
        parser.error("--ready-file needs --processes 1")
    settings.groups = settings.client or [Group(text) for text in MIXES[settings.mix or "fast"]]
    return settings


def target(text):
    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host.strip("[]"))
        if not 1 <= int(port) <= 65535:
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not ADDRESS:PORT") from None
    if not any(address in network for network in ALLOWED):
        raise argparse.ArgumentTypeError(
            f"{address} is neither loopback nor of a lab (10.77.0.0/16): no load on others' hosts")
    return str(address), int(port)


def group(text):
    try:
        return Group(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def positive(text):
    value = float(text)
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"'{text}' is not within 0..3600")
    return value


def write(result, path):
    """Whole or not at all; but a device or a pipe is written to, never replaced by a file."""
    text = json.dumps(result, indent=1) + "\n"
    if not path:
        sys.stdout.write(text)
        return
    if os.path.lexists(path) and (os.path.islink(path) or not os.path.isfile(path)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(f"{path}.new", path)


def summary(result):
    lines = [f"load: {result['seconds']:.0f} s, {result['sent']} requests sent, {result['lost']} lost, "
             f"{result['races']} keep-alive races"]
    for name, counts in result["by_client"].items():
        kinds = ", ".join(f"{kind} {count}" for kind, count in counts["lost_by_kind"].items())
        lines.append(f"  {name:18} {counts['clients']:4} clients {counts['sent']:8} sent {counts['lost']:6} lost "
                     f"{counts['races']:6} races {counts['ms']['p50'] or '-':>9} ms median   {kinds}".rstrip())
    return "\n".join(lines)
