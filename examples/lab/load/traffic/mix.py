"""How many clients of which kind: named mixes, and the notation NAME:COUNT[:option=value...]."""
from traffic.long import long_client
from traffic.short import MANNERS, short_client

LONG = ("slow", "upload", "sse", "websocket")
MIXES = {                                    # of each target, at scale 1
    "fast": ("keepalive-naive:12:think=50", "keepalive-looks:6:think=8", "keepalive-far:16:think=50",
             "keepalive-retries:16:think=51", "new:3:think=8", "post-keepalive:5:think=15", "post-new:3:think=20"),
    # Every kind of short client, and room on the machine for whatever else is tried there meanwhile.
    "light": ("keepalive-naive:2:think=150", "keepalive-looks:2:think=150", "keepalive-far:2:think=150",
              "keepalive-retries:1:think=150", "new:2:think=150", "post-keepalive:1:think=150", "post-new:1:think=150"),
    "slow": ("slow:10:s=5", "upload:4:s=4:mb=4", "sse:5:s=6", "websocket:5:s=6", "keepalive-looks:2:think=50"),
}
MIXES["both"] = MIXES["fast"] + MIXES["slow"]


class Group:
    """So many clients of one kind. think in milliseconds, s in seconds, mb in mebibytes."""

    def __init__(self, text):
        name, *rest = text.split(":")
        if name not in MANNERS and name not in LONG:
            raise ValueError(f"no such client: '{name}' ({', '.join([*MANNERS, *LONG])})")
        if not rest or not rest[0].isdigit() or not 1 <= int(rest[0]) <= 1000:
            raise ValueError(f"'{text}': say how many (1..1000), such as {name}:4")
        self.name, self.count, self.options = name, int(rest[0]), {"think": 20.0, "s": 5.0, "mb": 4.0}
        for option in rest[1:]:
            key, _, value = option.partition("=")
            try:
                if key not in self.options or not 0 <= float(value) <= 100000:
                    raise ValueError
            except ValueError:
                raise ValueError(f"'{text}': options are think=MS, s=SECONDS, mb=MIB, not '{option}'") from None
            self.options[key] = float(value)

    def scaled(self, scale):
        return max(1, round(self.count * scale))

    def client(self, run, target):
        if self.name in LONG:
            return long_client(run, self.name, target, max(0.1, self.options["s"]), self.options["mb"])
        return short_client(run, self.name, target, self.options["think"] / 1000)


def clients(groups, scale, targets):
    """(group, target) for every single client, in an order that shares them evenly among processes."""
    return [(group, target) for group in groups for target in targets for _ in range(group.scaled(scale))]
