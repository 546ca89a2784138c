"""Binds: what an app said about where it listens, weighed by how truthful such a line is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loganalyzer.late import late_regex
from loganalyzer.summary import Sighting

__all__ = ["DEFAULT_PORTS", "Bind", "choose_bind", "find_assigned_port", "find_binds", "is_anywhere", "is_loopback"]

DEFAULT_PORTS = frozenset(
    {
        80,
        443,
        1234,
        1323,
        1337,
        1880,
        2368,
        3000,
        3001,
        3002,
        3003,
        3030,
        3333,
        4000,
        4040,
        4173,
        4200,
        4321,
        4567,
        4848,
        5000,
        5001,
        5050,
        5055,
        5173,
        5555,
        5678,
        6060,
        7000,
        7071,
        7777,
        7860,
        8000,
        8001,
        8008,
        8050,
        8080,
        8081,
        8082,
        8083,
        8085,
        8088,
        8090,
        8100,
        8443,
        8501,
        8765,
        8787,
        8866,
        8880,
        8888,
        8983,
        9000,
        9001,
        9080,
        9090,
        9292,
        9393,
        9999,
        10000,
    }
)
"""Ports that programs come with or that people choose; a platform's random port is hardly ever one of them."""

LOOPBACK = late_regex(
    r"(?:localhost(?:\.localdomain)?|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?0:0:0:0:0:0:0:1\]?|ip6-localhost)\Z",
    re.IGNORECASE,
)
ANYWHERE = late_regex(
    r"(?:0\.0\.0\.0|0|\[?::\]?|\[?::0\]?|\[?::ffff:0\.0\.0\.0\]?|\*|\+|all|any|all addresses"
    r"|all interfaces|\[?0(?::0){7}\]?)\Z",
    re.IGNORECASE,
)

TRUTH = {"socket-seen": 5, "bad-bind": 4, "listening": 3, "url-shown": 2, "about-to-listen": 1}
"""How much a statement says about the real socket."""


PROBES = ("probe-failed", "probe-never-passed", "probe-waiting", "crashed")
LOWEST_PORT, HIGHEST_PORT = 1024, 65535
RENDER_PORT = 10000
"""Render's default for PORT."""


@dataclass(frozen=True, slots=True)
class Bind:
    """One place where the app says it listens.

    Attributes:
        port: the port; None when the line does not say.
        address: as printed; None when the line does not say.
        truth: a value of TRUTH.
        sighting: the line.
        beside: another line that says part of it, such as the address; None mostly.
    """

    port: int | None
    address: str | None
    truth: int
    sighting: Sighting
    beside: Sighting | None = None

    @property
    def loopback(self) -> bool | None:
        """Say whether the address is loopback; None when the line does not tell.

        The host of a URL that is shown for people tells nothing unless it is a literal.
        """
        if self.address is None:
            return None
        if is_loopback(self.address):
            return True if self.truth != TRUTH["url-shown"] else None
        return False

    @property
    def anywhere(self) -> bool:
        """Say whether the address takes connections from everywhere."""
        return self.address is not None and is_anywhere(self.address)


def is_loopback(address: str) -> bool:
    """Say whether an address can be reached from the same machine alone."""
    return LOOPBACK.match(address.strip()) is not None


def is_anywhere(address: str) -> bool:
    """Say whether an address is a wildcard."""
    return ANYWHERE.match(address.strip()) is not None


def find_binds(sightings: Sequence[Sighting]) -> list[Bind]:
    """Collect the binds of a run, in the order of time, without those that a failure took back."""
    failed = {
        one.values.get("bound_port")
        for one in sightings
        if one.statement in ("port-in-use", "port-denied", "address-unavailable")
    }
    seen = [one for one in sightings if one.statement == "socket-seen"]
    network = not seen and any(
        one.statement == "network-url-shown" and not is_loopback(str(one.values.get("bound_address", "")))
        for one in sightings
    )
    binds: list[Bind] = []
    for one in seen or sightings:  # what the system shows stands above everything that the app says
        truth = TRUTH.get(one.statement)
        port = one.values.get("bound_port")
        if truth is None or (port is None and "bound_address" not in one.values):
            continue
        if port in failed and one.statement == "about-to-listen":
            continue
        address = one.values.get("bound_address")
        text = str(address) if address is not None else None
        if network and text is not None and is_loopback(text):
            text = "*"  # a sibling line names an address of the network, so the bind is wider than loopback
        binds.append(Bind(port if isinstance(port, int) else None, text, truth, one))
    return _join_siblings(binds)


def _join_siblings(binds: list[Bind]) -> list[Bind]:
    """Make one bind of a server's several lines about one port.

    A server that is bound to every address prints a line for each of its addresses, or one line without a port for all
    of them; the loopback line among them is no loopback bind.
    """
    everywhere = next((bind for bind in binds if bind.port is None and bind.anywhere), None)
    ports = [bind for bind in binds if bind.port is not None]
    if everywhere is not None and ports:
        wide_first = sorted(ports, key=lambda bind: bind.loopback is True)
        binds = [
            Bind(bind.port, everywhere.address, bind.truth, bind.sighting, everywhere.sighting) for bind in wide_first
        ]
    joined: list[Bind] = []
    for bind in binds:
        addresses = {other.address for other in binds if other.port == bind.port and other.address is not None}
        wide = sorted(address for address in addresses if not is_loopback(address))
        if wide and bind.address is not None and is_loopback(bind.address):
            continue
        mixed = len(wide) < len(addresses) and not any(is_anywhere(address) for address in wide)
        joined.append(
            Bind(bind.port, "*", bind.truth, bind.sighting) if wide and mixed and bind.address in wide else bind
        )
    return joined


def choose_bind(binds: Sequence[Bind], assigned_port: int | None) -> Bind | None:
    """Choose the bind of the web server.

    The one on the assigned port wins; then the most truthful; of equal ones the first, because servers beside the web
    server (an API, a metrics port) are mostly started behind it.
    """
    if not binds:
        return None
    for bind in binds:
        if assigned_port is not None and bind.port == assigned_port:
            return max(
                (other for other in binds if other.port == assigned_port),
                key=lambda other: (other.truth, other.address is not None),
            )
    best = min(binds, key=lambda bind: -bind.truth)
    first = binds[0]
    if (
        first.port is not None
        and best.port != first.port
        and best.truth == TRUTH["listening"]
        and first.truth == TRUTH["url-shown"]
    ):
        return first
    same = [bind for bind in binds if bind.port == best.port]
    return max(same, key=lambda bind: (bind.truth, bind.address is not None))


def find_assigned_port(sightings: Sequence[Sighting], platform: str) -> int | None:
    """Give the port that the platform expects of a run, as far as its lines show it.

    The platform's own words come first, then the start command, then what a health probe called.
    """
    for statement in ("bad-bind", "port-scan-timeout", "port-scan-waiting", "process-starting", "boot-timeout"):
        stated = [one.values.get("assigned_port") for one in sightings if one.statement == statement]
        ports = [port for port in stated if isinstance(port, int)]
        if ports:
            return ports[-1]
    probed = [one.values.get("probe_port") for one in sightings if one.statement in PROBES]
    ports = [port for port in probed if isinstance(port, int)]
    if ports:
        return ports[-1]
    for one in sightings:
        text = str(one.values.get("port_text", "")) if one.statement == "port-invalid" else ""
        if text.isdigit() and LOWEST_PORT <= int(text) <= HIGHEST_PORT:
            return int(text)  # the platform's port, in a form that the server does not take
    if platform == "render" and any(bind.port == RENDER_PORT for bind in find_binds(sightings)):
        return RENDER_PORT
    return None
