"""Records and the whole base as of an earlier revision, restored by a new revision."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.helpers import fictional
from tests.helpers.bases import Bases
from tests.helpers.command_line import error_of, run
from tests.helpers.servers import serving
from tests.helpers.writing import patch

pytestmark = pytest.mark.either_engine

AREA = "/v1/focus-areas/unused"
ANY = {"If-Match": "*"}


@pytest.fixture
def changed(curator: httpx.Client) -> httpx.Client:
    """A base whose focus area `unused` was called Idle (version 2), and deleted (version 3)."""
    fields = {"name": "Idle", "derived": {"name": "fictional"}}
    patch(curator, AREA, fields, **{"If-Match": '"1"'})
    curator.delete(AREA, headers={"If-Match": '"2"'})
    return curator


def test_deleted_record_is_restored_without_a_precondition(changed: httpx.Client) -> None:
    restored = changed.post(f"{AREA}/revisions/1/restore")
    assert (restored.status_code, restored.headers["location"]) == (201, AREA)
    assert (restored.json()["name"], restored.json()["version"]) == ("Unused", 4)


def test_existing_record_is_restored_by_its_current_version_only(
    changed: httpx.Client,
) -> None:
    changed.post(f"{AREA}/revisions/1/restore")
    path = f"{AREA}/revisions/2/restore"
    assert changed.post(path).status_code == 428
    stale = changed.post(path, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["errors"][0]["version"]) == (412, 4)
    restored = changed.post(path, headers={"If-Match": '"4"'})
    assert restored.status_code == 200
    assert (restored.json()["name"], restored.json()["version"]) == ("Idle", 5)


def test_restoring_the_current_state_makes_no_version(curator: httpx.Client) -> None:
    restored = curator.post(f"{AREA}/revisions/1/restore", headers={"If-Match": '"1"'})
    assert (restored.status_code, restored.json()["version"]) == (200, 1)


@pytest.mark.parametrize(("revision", "status"), [(3, 422), (9, 404)])
def test_deletion_and_future_cannot_be_restored(
    changed: httpx.Client, revision: int, status: int
) -> None:
    response = changed.post(f"{AREA}/revisions/{revision}/restore", headers=ANY)
    assert response.status_code == status


def test_restoration_is_one_more_version_in_the_history(changed: httpx.Client) -> None:
    changed.post(f"{AREA}/revisions/2/restore")
    history = changed.get(f"{AREA}/revisions").json()["items"]
    assert [revision["version"] for revision in history] == [4, 3, 2, 1]
    assert history[0]["message"] == "Restore the focus area 'unused' as of revision 2"


def test_restored_record_must_not_refer_to_deleted_ones(curator: httpx.Client) -> None:
    curator.delete("/v1/expected-outcomes/deeper-harbour", headers=ANY)
    curator.delete("/v1/initiatives/harbour-works", headers=ANY)
    response = curator.post("/v1/expected-outcomes/deeper-harbour/revisions/1/restore")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/initiative_slug"


BASE = "/v1/revisions/1/restore"


@pytest.fixture
def admin(varied_url: str) -> Iterator[httpx.Client]:
    """An administrator of a base at revision 3: records were deleted, and one was created."""
    with serving(varied_url, scope="admin") as client:
        client.delete("/v1/initiatives/harbour-works?cascade=true", headers=ANY)
        client.post("/v1/focus-areas", json=fictional.focus_area("canals"))
        yield client


def test_whole_base_is_restored_as_one_more_revision(
    admin: httpx.Client, varied: httpx.Client
) -> None:
    restored = admin.post(BASE, headers={"If-Match": '"3"'})
    assert (restored.status_code, restored.headers["location"]) == (201, "/v1/revisions/4")
    assert read_texts(admin) == read_texts(varied)
    assert admin.get("/v1/focus-areas/canals").status_code == 410


def read_texts(client: httpx.Client) -> list[tuple[Any, ...]]:
    """What every record of the base says."""
    page = client.get("/v1/search?limit=200&sort=type,slug").json()
    names = ("type", "slug", "text", "focus_area_slugs")
    return [tuple(item[name] for name in names) for item in page["items"]]


def test_whole_base_is_restored_by_its_current_revision_only(admin: httpx.Client) -> None:
    assert admin.post(BASE).status_code == 428
    stale = admin.post(BASE, headers={"If-Match": '"2"'})
    assert (stale.status_code, stale.json()["errors"][0]["version"]) == (412, 3)


def test_restoring_the_base_again_makes_no_revision(admin: httpx.Client) -> None:
    admin.post(BASE, headers={"If-Match": '"3"'})
    again = admin.post(BASE, headers={"If-Match": '"4"'})
    assert (again.status_code, again.json()["revision"]) == (200, None)


def test_future_revision_cannot_be_restored(admin: httpx.Client) -> None:
    assert admin.post("/v1/revisions/9/restore", headers=ANY).status_code == 404


def test_whole_base_is_restored_by_administrators_only(curator: httpx.Client) -> None:
    assert curator.post(BASE, headers=ANY).status_code == 403


CHANGED_SLUG = "open-data-programme"


@pytest.fixture
def changed_url(varied_url: str, tmp_path: Path) -> str:
    """A base at revision 2, which deleted a focus area and changed an initiative."""
    bundle = fictional.varied()
    bundle["focus_areas"] = [
        area for area in bundle["focus_areas"] if area["slug"] != "unused"
    ]
    assert bundle["initiatives"][0]["slug"] == CHANGED_SLUG
    bundle["initiatives"][0]["modality"] = "prospective"
    path = fictional.write(tmp_path / "second.json", bundle)
    assert run(varied_url, "load", path, "--prune").returncode == 0
    return varied_url


def export(url: str, *arguments: str) -> Any:
    return json.loads(run(url, "export", *arguments).stdout)


@pytest.fixture
def original(bases: Bases) -> Any:
    """The export of revision 1, when it was the current one."""
    return export(bases.make("varied"))


def test_export_as_of_a_revision_is_the_base_at_that_time(
    changed_url: str, original: Any
) -> None:
    assert export(changed_url, "--as-of", "1") == original
    assert export(changed_url, "--as-of", "2") == export(changed_url)
    assert export(changed_url) != original


@pytest.mark.parametrize(
    ("as_of", "detail"), [("x", "neither the number"), ("9", "There is no revision 9 yet")]
)
def test_export_as_of_nonsense_or_the_future_is_refused(
    varied_url: str, as_of: str, detail: str
) -> None:
    finished = run(varied_url, "export", "--as-of", as_of)
    assert finished.returncode != 0
    assert detail in finished.stderr
    assert finished.stdout == ""


def test_dry_run_of_restore_prints_the_changes_and_writes_nothing(changed_url: str) -> None:
    assert run(changed_url, "restore", "1", "--dry-run").stdout == (
        "+ focus_area unused: 'Unused'\n"
        f"~ initiative {CHANGED_SLUG}\n    modality: 'prospective' → 'stated'\n"
        "Nothing was written.\n"
    )
    assert len(run(changed_url, "log").stdout.splitlines()) == 2


def test_command_line_restores_one_record_and_names_its_author(changed_url: str) -> None:
    finished = run(changed_url, "restore", "1", "focus-areas/unused", "--author", "Sapt")
    assert finished.stdout == "+ focus_area unused: 'Unused'\nWritten as revision 3.\n"
    log = run(changed_url, "log").stdout
    assert "Sapt: Restore focus-areas/unused as of revision 1" in log


def test_command_line_restores_the_base(changed_url: str, original: Any) -> None:
    assert run(changed_url, "restore", "1").stdout.endswith("Written as revision 3.\n")
    assert export(changed_url) == original
    assert "Nothing to change" in run(changed_url, "restore", "1").stdout


def test_command_line_restores_no_future_revision(varied_url: str) -> None:
    assert "There is no revision 9" in error_of(run(varied_url, "restore", "9"))
