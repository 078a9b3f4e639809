"""Sessions of curators: who gets in, for how long, and what a cookie opens."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app import curate
from app.access.keys import revoke_key
from app.access.principals import digest_key
from app.store.models import CuratorSession
from app.store.sessions import read_session, write_session
from tests.helpers.bases import Bases, SqliteBases, engine_of, make_key
from tests.helpers.curating import curating, post_form, read_form, sign_in
from tests.helpers.servers import serving

pytestmark = pytest.mark.either_engine

SIGNED_IN = "Sign out"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def url(bases: Bases) -> str:
    return bases.make("small")


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    """A client of a server on which nobody is signed in."""
    with serving(url) as client:
        yield client


@pytest.fixture
def plain_client(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """The same on SQLite alone: for what is refused above the engines."""
    with serving(plain_bases.make("small")) as client:
        yield client


def is_signed_in(client: httpx.Client, **headers: str) -> bool:
    response = client.get("/curate", headers=headers)
    assert response.status_code == 200
    return SIGNED_IN in response.text


def change_session(url: str, **values: Any) -> None:
    with engine_of(url) as engine, write_session(engine) as session:
        session.execute(update(CuratorSession).values(**values))
        session.commit()


def test_key_opens_a_session_that_names_the_curator(client: httpx.Client, url: str) -> None:
    response = sign_in(client, make_key(url, "write", "Fritz"))
    assert (response.status_code, response.headers["Location"]) == (303, "/curate")
    page = client.get("/curate").text
    assert "Fritz" in page
    assert "may write" in page


def test_token_is_stored_as_a_digest_only(client: httpx.Client, url: str) -> None:
    sign_in(client, make_key(url, "write"))
    token = client.cookies["curate"]
    with engine_of(url) as engine, read_session(engine) as session:
        digests = session.scalars(select(CuratorSession.token_sha256)).all()
    assert digests == [digest_key(token)]
    assert len(token) == 43


def test_wrong_key_opens_nothing(client: httpx.Client) -> None:
    response = sign_in(client, "cmq_aaaaaaaa_" + "A" * 43)
    assert response.status_code == 403
    assert "misspelt, expired or revoked" in response.text
    assert "set-cookie" not in response.headers
    assert not is_signed_in(client)


def test_session_ends_with_its_key_at_once(client: httpx.Client, url: str) -> None:
    key = make_key(url, "write")
    sign_in(client, key)
    assert is_signed_in(client)
    with engine_of(url) as engine:
        revoke_key(engine, key[:12])
    assert not is_signed_in(client)


def test_stolen_cookie_opens_nothing_after_sign_out(client: httpx.Client, url: str) -> None:
    sign_in(client, make_key(url, "write"))
    stolen = {"Cookie": f"curate={client.cookies['curate']}"}
    response = post_form(client, "/curate/out")
    assert response.status_code == 303
    client.cookies.clear()
    assert not is_signed_in(client, **stolen)


def test_session_ends_after_eight_hours(client: httpx.Client, url: str) -> None:
    sign_in(client, make_key(url, "write"))
    with engine_of(url) as engine, read_session(engine) as session:
        row = session.scalars(select(CuratorSession)).one()
        created_at, expires_at = row.created_at, row.expires_at
    assert expires_at - created_at == timedelta(hours=8)
    change_session(url, expires_at=created_at)
    assert not is_signed_in(client)


def test_session_ends_after_an_hour_without_a_request(client: httpx.Client, url: str) -> None:
    sign_in(client, make_key(url, "write"))
    with engine_of(url) as engine, read_session(engine) as session:
        used = session.scalars(select(CuratorSession.last_used_at)).one()
    change_session(url, last_used_at=used - timedelta(minutes=58))
    assert is_signed_in(client)
    # The request is noted: an hour from now, not from the sign-in.
    with engine_of(url) as engine, read_session(engine) as session:
        assert session.scalars(select(CuratorSession.last_used_at)).one() >= used
    change_session(url, last_used_at=used - timedelta(minutes=61))
    assert not is_signed_in(client)


def test_signing_in_makes_a_new_session_and_ends_the_one_before(
    client: httpx.Client, url: str
) -> None:
    """A session id that somebody has set before is worth nothing (fixation)."""
    key = make_key(url, "write")
    chosen = {"Cookie": "curate=chosen-by-somebody-else"}
    post_form(client, "/curate", {"key": key}, **chosen)
    first = client.cookies["curate"]
    assert first != "chosen-by-somebody-else"
    sign_in(client, key)
    second = client.cookies["curate"]
    assert second != first
    client.cookies.clear()
    assert not is_signed_in(client, Cookie=f"curate={first}")
    assert not is_signed_in(client, Cookie="curate=chosen-by-somebody-else")
    assert is_signed_in(client, Cookie=f"curate={second}")


def test_two_cookies_of_the_name_open_nothing(client: httpx.Client, url: str) -> None:
    sign_in(client, make_key(url, "write"))
    token = client.cookies["curate"]
    client.cookies.clear()
    assert not is_signed_in(client, Cookie=f"curate={token}; curate={token}")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
    ],
)
def test_form_of_another_site_is_refused(
    plain_bases: SqliteBases, headers: dict[str, str]
) -> None:
    url = plain_bases.make("small")
    with curating(url) as client:
        for path in ("/curate", "/curate/out"):
            content = f"key={make_key(url, 'write')}".encode()
            response = client.post(path, content=content, headers={**FORM, **headers})
            assert response.status_code == 403
            assert "does not come from a page of this server" in response.text
        assert is_signed_in(client)


def test_older_browser_is_told_by_its_origin(plain_client: httpx.Client) -> None:
    origin = str(plain_client.base_url).rstrip("/")
    response = plain_client.post("/curate/out", headers={**FORM, "Origin": origin})
    assert response.status_code == 303


def test_cookie_is_for_curating_only(client: httpx.Client, url: str) -> None:
    response = sign_in(client, make_key(url, "write"))
    attributes = set(response.headers["Set-Cookie"].split("; ")[1:])
    assert attributes == {"HttpOnly", "Max-Age=28800", "Path=/curate", "SameSite=strict"}


def test_cookie_is_secure_over_tls(plain_bases: SqliteBases) -> None:
    url = plain_bases.make("small")
    with serving(url, base_url="https://kb.example.org/kb") as client:
        response = sign_in(client, make_key(url, "write"))
    name, _, attributes = response.headers["Set-Cookie"].partition("=")
    assert name == "__Secure-curate"
    assert "Secure" in attributes
    assert "Path=/kb/curate;" in attributes
    assert response.headers["Location"] == "/kb/curate"


def test_key_is_not_taken_over_plain_http_of_another_machine(
    plain_client: httpx.Client,
) -> None:
    response = post_form(plain_client, "/curate", {"key": "x"}, Host="kb.example.org")
    assert response.status_code == 403
    assert "needs HTTPS" in response.text


@pytest.mark.parametrize(
    "path", ["/", "/claims", "/v1", "/v1/focus-areas", "/changes", "/docs", "/nowhere"]
)
def test_nothing_but_curating_meets_the_cookie(plain_bases: SqliteBases, path: str) -> None:
    """A reader's page is the same with it, and sets none."""
    url = plain_bases.make("small")
    with serving(url) as client:
        sign_in(client, make_key(url, "admin"))
        cookie = {"Cookie": f"curate={client.cookies['curate']}"}
        client.cookies.clear()
        plain = client.get(path)
        signed = client.get(path, headers=cookie)
    assert "set-cookie" not in signed.headers
    assert signed.content == plain.content


def test_cookie_is_no_key(plain_bases: SqliteBases) -> None:
    url = plain_bases.make("small")
    with serving(url, public_reads=False) as client:
        sign_in(client, make_key(url, "admin"))
        cookie = {"Cookie": f"curate={client.cookies['curate']}"}
        assert is_signed_in(client)
        assert client.get("/v1/offices", headers=cookie).status_code == 401
        assert client.get("/", headers=cookie).status_code == 401


def test_pages_of_curators_are_never_cached(plain_bases: SqliteBases) -> None:
    with curating(plain_bases.make("small"), cache_bytes=1_000_000) as client:
        for path in ("/curate", "/curate/nowhere"):
            for _ in range(2):
                headers = client.get(path).headers
                assert headers["Cache-Control"] == "private, no-store"
                assert "etag" not in headers
                assert "access-control-allow-origin" not in headers
        front = client.front  # type: ignore[attr-defined]
        assert not [key for key in front.responses if b"/curate" in key.path]


def test_page_leads_to_the_sign_in_and_back(plain_client: httpx.Client) -> None:
    response = plain_client.get("/curate/nowhere?x=1")
    assert response.status_code == 303
    location = response.headers["Location"]
    assert location == "/curate?next=%2Fcurate%2Fnowhere%3Fx%3D1"
    assert ("next", "/curate/nowhere?x=1") in read_form(plain_client.get(location).text)


@pytest.mark.parametrize(
    "path",
    [
        *("//elsewhere.example", "https://elsewhere.example/curate", "/curated", "/v1"),
        *("/curate/\\elsewhere", "/curate/\nx", "javascript:alert(1)"),
    ],
)
def test_sign_in_leads_nowhere_else(plain_bases: SqliteBases, path: str) -> None:
    url = plain_bases.make("small")
    with serving(url) as client:
        response = sign_in(client, make_key(url, "write"), next=path)
    assert response.headers["Location"] == "/curate"


def test_what_was_typed_comes_through_the_sign_in(plain_bases: SqliteBases) -> None:
    url = plain_bases.make("small")
    typed = [("title", "<b>Ein \u201eTitel\u201c</b>"), ("by", "1"), ("by", "2")]
    key = make_key(url, "write")
    with serving(url) as client:
        fields = [(f"typed:{name}", value) for name, value in typed]
        response = post_form(
            client, "/curate", [("key", key), ("next", "/curate/x"), *fields]
        )
    assert response.status_code == 200
    assert 'action="/curate/x"' in response.text
    assert read_form(response.text)[-3:] == typed
    assert key not in response.text


def test_little_is_taken_from_those_who_are_not_signed_in(plain_client: httpx.Client) -> None:
    response = post_form(plain_client, "/curate", {"key": "x" * 4_100_000})
    assert response.status_code == 413


# The parameters in the paths of the pages.
PARAMETERS = {
    "collection": "initiatives",
    "slug": "absent",
    "number": "1",
    "prefix": "cmq_aaaaaaaa",
    "draft": "0123456789abcdef",
    "id": "0123456789abcdef",
}


def list_paths(method: str) -> list[str]:
    """Every address under `/curate`, its parameters filled in."""
    paths = set()
    for router in curate.ROUTERS:
        for route in router.routes:
            if method in getattr(route, "methods", ()):
                pattern = re.sub(r"{(\w+)(:\w+)?}", fill_in, getattr(route, "path", ""))
                paths.add(pattern)
    return sorted(paths)


def fill_in(match: re.Match[str]) -> str:
    return PARAMETERS.get(match[1], "1")


def test_every_form_of_another_site_is_refused(plain_bases: SqliteBases) -> None:
    with curating(plain_bases.make("small"), "admin") as client:
        paths = list_paths("POST")
        assert len(paths) > 10
        for path in paths:
            headers = {**FORM, "Sec-Fetch-Site": "cross-site"}
            response = client.post(path, content=b"do=save", headers=headers)
            assert response.status_code == 403, path
            assert "does not come from a page of this server" in response.text, path


def test_every_page_needs_a_session(plain_client: httpx.Client) -> None:
    paths = list_paths("GET")
    assert len(paths) > 10
    for path in set(paths) - {"/curate"}:
        response = plain_client.get(path)
        assert response.status_code == 303, path
        assert response.headers["Location"].startswith("/curate?next="), path


def test_every_form_needs_a_session(plain_client: httpx.Client) -> None:
    paths = set(list_paths("POST")) - {"/curate", "/curate/out"}
    for path in paths:
        response = post_form(plain_client, path, {"typed": "something"})
        assert response.status_code == 403, path
        assert dict(read_form(response.text))["typed:typed"] == "something", path


def test_page_to_sign_in_on_tells_nothing_of_the_base(plain_client: httpx.Client) -> None:
    assert "Revision" not in plain_client.get("/curate").text
