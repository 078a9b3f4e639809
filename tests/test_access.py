"""Who may do what: every endpoint with every kind of key, and where a key never shows."""

import json
import logging
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import Engine, event, inspect, select

from app.access.keys import create_key, revoke_key
from app.access.principals import Principal, identify
from app.changes.apply import apply
from app.errors import Unauthenticated
from app.http.admission import admit
from app.main import create_app
from app.settings import Settings
from app.store.models import ApiKey
from app.store.sessions import read_session, write_session
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, engine_of, filled, make_key
from tests.helpers.command_line import run
from tests.helpers.servers import serving

READS = ("get", "head")
PATHS = {
    "slug": "strelsau",
    "number": "1",
    "collection": "offices",
    "draft": "0123456789abcdef",
}
# Never public, whatever the settings say.
PRIVATE = "/v1/drafts"
OPEN = {"/livez", "/readyz"}
ADMIN = {"/v1/revisions/1/restore"}


def list_routes() -> list[APIRoute]:
    """The routes of the application, without those of files."""
    app = create_app(Settings(database_url="sqlite:///unused.db"))
    return [route for route in app.routes if isinstance(route, APIRoute)]


def operations() -> list[tuple[str, str]]:
    """Every documented endpoint as (method, path), its parameters filled in."""
    pairs = []
    for route in list_routes():
        if not route.include_in_schema:
            continue
        filled_in = re.sub(r"{(\w+)}", lambda match: PATHS[match[1]], route.path)
        (method,) = sorted(route.methods or ())
        pairs.append((method.lower(), filled_in))
        if method == "GET":
            pairs.append(("head", filled_in))
    return pairs


def test_every_request_is_admitted_first() -> None:
    for route in list_routes():
        calls = [dependency.call for dependency in route.dependant.dependencies]
        assert calls[:1] == [admit], route.path


@pytest.fixture(scope="module")
def url(plain_bases: SqliteBases) -> str:
    """A base on SQLite: keys are refused above the engines."""
    return plain_bases.make("small")


@pytest.fixture(scope="module")
def public(url: str) -> Iterator[httpx.Client]:
    with serving(url) as client:
        yield client


@pytest.fixture(scope="module")
def closed(url: str) -> Iterator[httpx.Client]:
    with serving(url, public_reads=False) as client:
        yield client


@pytest.fixture(scope="module")
def keys(url: str) -> dict[str, str]:
    """A header for every kind of key."""
    keys = {scope: make_key(url, scope) for scope in ("read", "write", "admin")}
    keys["revoked"] = make_key(url, "admin")
    with engine_of(url) as engine:
        revoke_key(engine, keys["revoked"][:12])
    keys["expired"] = make_key(url, "admin", lifetime=timedelta(seconds=0))
    keys["unknown"] = "cmq_aaaaaaaa_" + "A" * 43
    keys["misspelt"] = keys["admin"][:-1] + ("A" if keys["admin"][-1] != "A" else "B")
    keys["nonsense"] = "hunter2"
    return keys


def ask(client: httpx.Client, method: str, path: str, key: str | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
    with client.stream(method.upper(), path, headers=headers) as answer:
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            return answer
        answer.read()
    return answer


def is_write(method: str) -> bool:
    return method not in READS


def expected_refusals(method: str, path: str) -> dict[str | None, int]:
    """The status with which each kind of key is refused, 0 if it is not."""
    bad = ("revoked", "expired", "unknown", "misspelt", "nonsense")
    expected = dict.fromkeys(bad, 401) | {None: 401 if is_write(method) else 0}
    expected["read"] = 403 if is_write(method) else 0
    expected["write"] = 403 if path in ADMIN else 0
    expected["admin"] = 0
    return expected


@pytest.mark.accept
@pytest.mark.parametrize(("method", "path"), operations())
def test_every_endpoint_with_every_kind_of_key(
    public: httpx.Client, closed: httpx.Client, keys: dict[str, str], method: str, path: str
) -> None:
    for name, status in expected_refusals(method, path).items():
        for client in (public, closed):
            refusal = status
            if name is None and (client is closed or path.startswith(PRIVATE)):
                refusal = 401
            check_answer(client, (method, path), (name, keys), refusal)


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_endpoint_with_the_keys_that_matter_most(
    closed: httpx.Client, keys: dict[str, str], method: str, path: str
) -> None:
    refusals = expected_refusals(method, path) | {None: 401}
    for name in (None, "revoked", "read", "write"):
        check_answer(closed, (method, path), (name, keys), refusals[name])


def check_answer(
    client: httpx.Client,
    operation: tuple[str, str],
    key: tuple[str | None, dict[str, str]],
    refusal: int,
) -> None:
    method, path = operation
    name, keys = key
    answer = ask(client, method, path, keys[name] if name is not None else None)
    request = (name, str(client.base_url), answer.status_code)
    if refusal and path not in OPEN:
        assert answer.status_code == refusal, request
        check_refusal(answer, method, keys)
    else:
        assert answer.status_code not in (401, 403), request


def check_refusal(answer: httpx.Response, method: str, keys: dict[str, str]) -> None:
    """It says how to ask, and nothing of the base or of what it knows of the key."""
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "communique-revision" not in answer.headers
    if method == "head":
        return
    assert answer.headers["content-type"] == "application/problem+json"
    for key in keys.values():
        assert key not in answer.text
    if answer.status_code == 401:
        assert answer.json()["detail"] in (
            "This needs a key: `Authorization: Bearer cmq_…`.",
            "The key is not good here: misspelt, expired or revoked.",
        )


def test_nothing_was_written_by_those_who_may_not(public: httpx.Client) -> None:
    assert public.get("/v1").json()["revision"] == 1


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Basic YTpi", "bearer\tx", "Bearer " + "x" * 5_000, "Bearer \xe9"],
)
def test_header_that_is_no_key_is_refused(public: httpx.Client, value: str) -> None:
    answer = public.get("/v1", headers=[(b"Authorization", value.encode("latin-1"))])
    assert answer.status_code == 401


def test_scheme_is_read_in_any_case(closed: httpx.Client, keys: dict[str, str]) -> None:
    answer = closed.get("/v1", headers={"Authorization": f"bEARER  {keys['read']}"})
    assert answer.status_code == 200


def test_two_keys_are_one_too_many(closed: httpx.Client, keys: dict[str, str]) -> None:
    headers = [("Authorization", f"Bearer {keys['read']}")] * 2
    assert closed.get("/v1", headers=headers).status_code == 401


def test_key_in_the_address_is_no_key(closed: httpx.Client, keys: dict[str, str]) -> None:
    assert closed.get(f"/v1?access_token={keys['read']}").status_code == 401


def test_use_is_noted_once_a_minute_and_reading_waits_for_no_writer(empty: Engine) -> None:
    key, row = create_key(empty, "Sapt", "read")

    def used() -> datetime | None:
        with read_session(empty) as session:
            return session.scalar(select(ApiKey.last_used_at))

    assert used() is None
    with write_session(empty) as session:
        session.scalar(select(ApiKey.prefix))  # It has the lock.
        start = time.monotonic()
        assert identify(empty, f"Bearer {key}").name == "Sapt"
        assert time.monotonic() - start < 5
    assert identify(empty, f"Bearer {key}").id == row.prefix
    first = used()
    assert first is not None
    assert datetime.now(UTC) - first < timedelta(minutes=1)
    identify(empty, f"Bearer {key}")
    assert used() == first
    with write_session(empty) as session:
        stored = session.get(ApiKey, row.prefix)
        assert stored is not None
        stored.last_used_at = first - timedelta(minutes=2)
        session.commit()
    identify(empty, f"Bearer {key}")
    assert used() != first - timedelta(minutes=2)


def test_writes_go_on_waiting_after_a_use_was_noted(empty: Engine) -> None:
    """Noting it does not wait; a write on the same connection does again."""
    key, _ = create_key(empty, "Sapt", "read")
    identify(empty, f"Bearer {key}")
    if empty.dialect.name == "sqlite":
        with empty.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


def test_key_is_not_in_the_base_nor_in_the_log(
    url: str, public: httpx.Client, keys: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(public, "get", "/v1/offices", keys["write"])
        ask(public, "delete", "/v1/offices/absent", keys["write"])
        ask(public, "get", "/v1/offices", keys["misspelt"])
    assert not any(key[13:] in caplog.text for key in keys.values() if key.startswith("cmq"))
    dump = dump_rows(url)
    assert keys["write"][:12] in dump
    assert keys["write"][13:] not in dump


def dump_rows(url: str) -> str:
    """Every row of every table of the base, as text."""
    lines: list[str] = []
    with engine_of(url) as engine, engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"')
            lines.extend(str(tuple(row)) for row in rows)
    return "\n".join(lines)


def test_keys_are_made_listed_and_revoked_on_the_command_line(plain_url: str) -> None:
    created = run(plain_url, "keys", "create", "Fritz", "--scope", "write", "--days", "30")
    assert (
        created.returncode,
        re.fullmatch(r"cmq_[a-z2-7]{8}_[\w-]{43}\n", created.stdout) is None,
    ) == (
        0,
        False,
    )
    key, prefix = created.stdout.strip(), created.stdout[:12]
    assert prefix in created.stderr
    assert key not in created.stderr
    with serving(plain_url) as client:
        headers = {"Authorization": f"Bearer {key}"}
        area = fictional.focus_area("canals")
        sent = client.post("/v1/focus-areas", json=area, headers=headers)
        assert sent.status_code == 201
        assert client.get("/v1/revisions/1").json()["author"] == "Fritz"
        listed = run(plain_url, "keys", "list").stdout
        until = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
        assert re.search(
            rf"^{prefix}  write  until {until} +used \S+ +Fritz$", listed, re.MULTILINE
        )
        assert key not in listed
        revoked = run(plain_url, "keys", "revoke", prefix)
        assert (revoked.returncode, "revoked" in revoked.stdout) == (0, True)
        assert client.get("/v1", headers=headers).status_code == 401
    assert "revoked" in run(plain_url, "keys", "list").stdout
    unknown = run(plain_url, "keys", "revoke", f"{prefix[:-1]}9")
    assert (unknown.returncode, f"Did you mean {prefix!r}?" in unknown.stderr) == (1, True)
    assert run(plain_url, "keys", "create", " ", "--scope", "read").returncode == 1


def test_keys_are_part_of_no_bundle_and_no_revision(plain_url: str) -> None:
    before = run(plain_url, "export").stdout
    run(plain_url, "keys", "create", "Fritz", "--scope", "admin")
    assert run(plain_url, "export").stdout == before
    assert run(plain_url, "log").stdout == ""


def test_key_that_is_revoked_while_the_body_comes_writes_nothing(plain_url: str) -> None:
    filled(plain_url, fictional.base())
    key = make_key(plain_url, "write")
    content = json.dumps(fictional.focus_area("canals")).encode()

    def body() -> Iterator[bytes]:
        yield content[:5]
        assert run(plain_url, "keys", "revoke", key[:12]).returncode == 0
        yield content[5:]

    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with serving(plain_url) as client:
        answer = client.post("/v1/focus-areas", content=body(), headers=headers)
        assert answer.status_code == 401
        assert client.get("/v1").json()["revision"] == 1


def test_principal_without_a_key_is_not_refused_at_the_write(empty: Engine) -> None:
    openid = Principal("https://id.example#1", "Rudolf", "write", kind="openid")
    key = Principal("cmq_abcdefgh", "Rudolf", "write")
    with read_session(empty) as session:
        openid.require_valid(session)
        with pytest.raises(Unauthenticated):
            key.require_valid(session)


def test_stream_ends_with_the_key_that_it_came_with(small_url: str) -> None:
    key = make_key(small_url, "read")
    headers = {"Authorization": f"Bearer {key}"}
    with (
        serving(small_url, public_reads=False) as client,
        engine_of(small_url) as engine,
        client.stream("GET", "/v1/changes/stream?since=now", headers=headers) as answer,
    ):
        lines = answer.iter_lines()
        assert next(lines).startswith("retry")
        revoke_key(engine, key[:12])
        with write_session(engine) as session:
            apply(session, [fictional.create("focus_area", "secret")], "test", "After that")
        assert "secret" not in "".join(lines)


def test_what_was_sent_is_in_no_log(small_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Also where the database fails."""
    with serving(small_url, scope="write") as client:
        engine = client.app.state.services.engine  # type: ignore[attr-defined]

        @event.listens_for(engine, "before_cursor_execute")
        def fail(_c: object, cursor: Any, statement: str, *_: object) -> None:
            if statement.startswith("INSERT INTO focus_area "):
                cursor.execute("INSERT INTO nowhere VALUES (1)")

        area = fictional.focus_area("canals", name="Very secret canals")
        answer = client.post("/v1/focus-areas", json=area)
        assert answer.status_code in (500, 503)
        assert "secret" not in answer.text
    assert "secret" not in caplog.text
    assert "INSERT" not in answer.text
