"""Which requests may reach the tools: none that a page of another site has sent.

A page can have its own name resolve to an address that only the reader's machine reaches (DNS
rebinding), and then ask a server there. The Model Context Protocol has servers check `Origin`, and
`Host` names the server, or is an address, which nobody can rebind.
"""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from app.errors import ForeignOrigin

_LOOPBACK_NAME = "localhost"


def check_origin(host: str, origin: str | None, base_url: str | None) -> None:
    """Raise ForeignOrigin for a host that is not this server, or a page of another site.

    `host` and `origin` are the headers of the request, `base_url` the public address."""
    own_name = _parse(base_url or "").hostname
    name = _parse(f"//{host}").hostname
    if name is None or not (name == own_name or _is_local(name) or _is_address(name)):
        raise ForeignOrigin(
            f"Host {host[:80]!r} is not known to be this server. If it is, set "
            "COMMUNIQUE_BASE_URL to its public address."
        )
    if origin is None:
        # Not a browser.
        return
    parsed = _parse(origin)
    origin_name = parsed.hostname
    is_same = parsed.netloc.lower() == host.lower()
    if origin_name is None or not (
        is_same or origin_name == own_name or _is_local(origin_name)
    ):
        raise ForeignOrigin(
            f"Origin {origin[:80]!r} is another site, whose pages may not use the tools. Send the "
            "request from a program, or from a page of this server."
        )


def _parse(address: str) -> SplitResult:
    """The parts of the address; none of one that is malformed."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _is_local(name: str) -> bool:
    """Whether only the machine itself answers to the name."""
    return name == _LOOPBACK_NAME or (_is_address(name) and ip_address(name).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
