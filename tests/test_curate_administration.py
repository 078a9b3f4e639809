"""Keys and changes in the browser: who may, what is shown once, and the way back."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from app.store.models import ApiKey, StoredResponse
from app.store.sessions import read_session
from tests.helpers.bases import Bases, SqliteBases, engine_of, filled, make_key
from tests.helpers.curating import (
    curating,
    post_form,
    read_form,
    replace_fields,
    sign_in,
    text_of,
)
from tests.helpers.servers import serving
from tests.helpers.writing import revision
from tests.test_access import dump_rows
from tests.test_reader import TEXT, bundle

pytestmark = pytest.mark.either_engine

KEYS = "/curate/keys"
KEY = re.compile(r"cmq_[a-z2-7]{8}_[\w-]{43}")


@pytest.fixture
def url(bases: Bases) -> str:
    return filled(bases.make("empty"), bundle(TEXT))


@pytest.fixture
def admin(url: str) -> Iterator[httpx.Client]:
    with curating(url, "admin", "Sapt") as client:
        yield client


def test_new_key_is_shown_once_and_works(admin: httpx.Client, url: str) -> None:
    form = replace_fields(read_form(admin.get(KEYS).text), name="Fritz", days="30")
    made = post_form(admin, KEYS, form)
    assert made.status_code == 200
    key = text_of(made.text, "pre#made")
    assert KEY.fullmatch(key)
    bearer = {"Authorization": f"Bearer {key}"}
    assert admin.get("/v1", headers=bearer).status_code == 200
    listed = text_of(admin.get(KEYS).text)
    assert "Fritz" in listed
    assert key not in listed
    assert key not in dump_rows(url)


def test_form_for_a_key_makes_one_key(admin: httpx.Client, url: str) -> None:
    form = replace_fields(read_form(admin.get(KEYS).text), name="Fritz")
    post_form(admin, KEYS, form)
    repeated = post_form(admin, KEYS, form)
    assert (repeated.status_code, repeated.headers["Location"]) == (303, KEYS)
    with engine_of(url) as engine, read_session(engine) as session:
        names = session.scalars(select(ApiKey.name)).all()
        bodies = session.scalars(select(StoredResponse.body)).all()
    assert sorted(names) == ["Fritz", "Sapt"]
    assert bodies == [""]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": " "}, "The name is empty"),
        ({"name": "Fritz", "days": "0"}, "is not a number of days"),
        ({"name": "Fritz", "days": "soon"}, "is not a number of days"),
        ({"name": "Fritz", "scope": "root"}, "'root' is not a scope"),
    ],
)
def test_key_that_cannot_be_made_is_refused(
    plain_bases: SqliteBases, fields: dict[str, str], problem: str
) -> None:
    with curating(plain_bases.make("small"), "admin") as client:
        form = replace_fields(read_form(client.get(KEYS).text), **fields)
        response = post_form(client, KEYS, form)
    assert response.status_code == 422
    assert problem in text_of(response.text, ".wrong")
    assert dict(read_form(response.text))["name"] == fields["name"]


def test_revoking_a_key_ends_its_sessions_at_once(admin: httpx.Client, url: str) -> None:
    key = make_key(url, "write", "Michael")
    with serving(url) as client:
        sign_in(client, key)
        page = admin.get(f"{KEYS}/{key[:12]}/revoke").text
        assert (
            post_form(admin, f"{KEYS}/{key[:12]}/revoke", read_form(page)).status_code == 303
        )
        assert client.get("/curate/records").status_code == 303
    assert "revoked on" in text_of(admin.get(KEYS).text)


@pytest.mark.parametrize("scope", ["read", "write"])
def test_keys_are_for_administrators(plain_bases: SqliteBases, scope: str) -> None:
    url = plain_bases.make("small")
    other = make_key(url, "admin", "Sapt")
    with curating(url, "write" if scope == "write" else "read") as client:
        page = client.get(KEYS)
        assert "This needs a key of scope admin" in text_of(page.text)
        assert "Sapt" not in page.text
        once = {"idempotency_key": "x" * 32}
        made = post_form(client, KEYS, {"name": "Fritz", "scope": "admin", **once})
        revoked = post_form(client, f"{KEYS}/{other[:12]}/revoke", once)
    assert (made.status_code, revoked.status_code) == (403, 403)
    with engine_of(url) as engine, read_session(engine) as session:
        assert session.scalars(select(ApiKey.revoked_at)).all() == [None, None]
        assert len(session.scalars(select(ApiKey)).all()) == 2


def delete_trees(client: httpx.Client) -> None:
    path = "/curate/initiatives/trees/delete"
    assert post_form(client, path, read_form(client.get(path).text)).status_code == 303


def test_base_is_restored_after_a_look(admin: httpx.Client) -> None:
    delete_trees(admin)
    changes = text_of(admin.get("/curate/changes").text)
    assert "Delete the initiative 'trees'" in changes
    assert "Sapt" in changes
    preview = admin.get("/curate/changes/1")
    assert "1 record would change" in text_of(preview.text)
    assert "plant <trees> along the quay Initiative · created" in text_of(preview.text)
    form = read_form(preview.text)
    assert post_form(admin, "/curate/changes/1", form).status_code == 303
    assert admin.get("/v1/initiatives/trees").json()["version"] == 3
    assert "Nothing would change" in text_of(admin.get("/curate/changes/1").text)


def test_restoring_what_was_not_shown_is_refused(admin: httpx.Client) -> None:
    delete_trees(admin)
    form = read_form(admin.get("/curate/changes/1").text)
    path = "/curate/initiatives/table/delete"
    post_form(admin, path, read_form(admin.get(path).text))
    refused = post_form(admin, "/curate/changes/1", form)
    assert refused.status_code == 412
    assert revision(admin) == 3


def test_restoring_the_base_is_for_administrators(url: str) -> None:
    with curating(url, "write") as client:
        delete_trees(client)
        preview = client.get("/curate/changes/1")
        assert "This needs a key of scope admin" in text_of(preview.text)
        refused = post_form(client, "/curate/changes/1", read_form(preview.text))
        assert refused.status_code == 403
        assert revision(client) == 2
