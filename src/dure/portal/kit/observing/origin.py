"""Where does a request come from? A proxy's word counts only where the proxy is one that we trust."""

import ipaddress
from collections.abc import Callable, Iterable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# What a proxy says of the request that it took; from anybody else it is made up.
FORWARDED = (
    "HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_PREFIX", "HTTP_X_REAL_IP", "HTTP_X_REQUEST_ID",
)  # fmt: skip
_UNTRUSTED = "dure.forwarded"  # somebody who is no proxy of ours said where the request came from


def origin(get_response: Next) -> Next:
    """Middleware: behind a trusted proxy, `REMOTE_ADDR` becomes the client's address; from others, a proxy's headers go."""
    trusted = networks(getattr(settings, "DURE_TRUSTED_PROXIES", ()))

    def middleware(request: HttpRequest) -> HttpResponse:
        meta = request.META
        if trusted and is_within(meta.get("REMOTE_ADDR", ""), trusted):
            meta["REMOTE_ADDR"] = client_of(meta.get("HTTP_X_FORWARDED_FOR", ""), trusted) or meta["REMOTE_ADDR"]
        else:
            for header in FORWARDED:
                if meta.pop(header, None) is not None:
                    meta[_UNTRUSTED] = True
        return get_response(request)

    return middleware


def networks(named: Iterable[str]) -> tuple[Network, ...]:
    """The networks of those names; raises `ValueError` for what is none."""
    return tuple(ipaddress.ip_network(each.strip()) for each in named if each.strip())


def client_of(chain: str, trusted: tuple[Network, ...]) -> str:
    """The last address of the chain that is not a proxy of ours: what stands before it, the client may have written itself."""
    found = ""
    for each in reversed(chain.split(",")):
        address = each.strip()
        if not _parsed(address):
            break
        found = address
        if not is_within(address, trusted):
            break
    return found


def from_this_machine(request: HttpRequest) -> bool:
    """Did a program on this machine ask, and not somebody through a proxy that nobody told us of?"""
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    return bool(address and address.is_loopback and _UNTRUSTED not in request.META)


def network_of(request: HttpRequest) -> str:
    """The network of the client, which says enough of abuse and nothing of a person."""
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    if address is None:
        return ""
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def is_within(address: str, trusted: tuple[Network, ...]) -> bool:
    """Is the address in one of the networks?"""
    found = _parsed(address)
    return found is not None and any(found in network for network in trusted)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found
