"""The address rule: no spider reaches a private, loopback or link-local address, however it is spelled.

It is checked after resolution, and the checked address is the one that is dialled, so neither a redirect nor a
rebinding name gets past it. The one exception is a `.test` host whose source names its own loopback address.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from config.sources import SourceTable

DIAL = "HUIYING_DIAL"
"""The setting that carries the loopback exceptions to the resolver."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether `address` lies in the public internet, also when an IPv4 address hides in it."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if hidden is None and ip in _NAT64:
            hidden = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if hidden is not None:
            return is_public(str(hidden))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Dial:
    """The loopback exceptions: which .test host is dialled where. Port 0 asks `port` each time."""

    def __init__(
        self, hosts: Mapping[str, tuple[str, int]], port: Callable[[], int | None]
    ) -> None:
        self._hosts = dict(hosts)
        self._port = port

    @classmethod
    def of(cls, table: SourceTable, port: Callable[[], int | None]) -> "Dial":
        """Return the exceptions that a table of sources states."""
        hosts: dict[str, tuple[str, int]] = {}
        for source in table.sources:
            if source.loopback:
                address, _, number = source.loopback.rpartition(":")
                hosts |= {host: (address, int(number)) for host in source.allowed_hosts}
        return cls(hosts, port)

    def address(self, host: str) -> tuple[str, int] | None:
        """Return where `host` is dialled, None when it has no exception (or its site is not up)."""
        found = self._hosts.get(host.lower()) if host.lower().endswith(".test") else None
        if found is None or found[1]:
            return found
        port = self._port()
        return (found[0], port) if port else None


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes public addresses on and drops the others; with none left the name does not resolve."""

    def __init__(self, receiver: Any) -> None:
        self._receiver = receiver

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        if is_public(address.host):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """The reactor's resolver behind the address rule."""

    def __init__(self, reactor: Any, dial: Dial) -> None:
        self._reactor = reactor
        self._original = reactor.nameResolver
        self._dial = dial

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "GuardedResolver":
        """Make the resolver as Scrapy's setting TWISTED_DNS_RESOLVER asks."""
        return cls(reactor, crawler.settings[DIAL])

    def install_on_reactor(self) -> None:
        """Take the resolver's place."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve `hostName`, letting only public addresses and the stated exceptions through."""
        dialled = self._dial.address(hostName)
        if dialled is None and not hostName.lower().rstrip(".").endswith(".test"):
            return self._original.resolveHostName(
                _PublicOnly(resolutionReceiver),
                hostName,
                portNumber,
                addressTypes,
                transportSemantics,
            )
        resolutionReceiver.resolutionBegan(HostResolution(hostName))
        if dialled is not None:
            kind = IPv6Address if ":" in dialled[0] else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", *dialled))
        resolutionReceiver.resolutionComplete()
        return resolutionReceiver
