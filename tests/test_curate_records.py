"""Records in the browser: what a curator types, what is written, and what is refused."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.access.keys import revoke_key
from tests.helpers import fictional
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
from tests.helpers.writing import Json, revision
from tests.test_reader import TEXT, bundle

pytestmark = pytest.mark.either_engine

ITEM = "/curate/timeline-items/cybersecurity-collaboration-2025-2027"
DREDGING = "/curate/initiatives/dredging"
# Words of the text that stand in it a second time.
TWICE = "The trees along the quay are for the ministry.\n"


@pytest.fixture(scope="module")
def seeded(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A curator at the seed, whose document has no text; no test changes it."""
    with curating(plain_bases.make("seeded")) as client:
        yield client


@pytest.fixture(scope="module")
def reading(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A curator at a base that holds the text of its document; no test changes it."""
    with curating(filled(plain_bases.make("empty"), bundle(TEXT + TWICE))) as client:
        yield client


@pytest.fixture
def url(bases: Bases) -> str:
    return filled(bases.make("empty"), bundle(TEXT))


@pytest.fixture
def curator(url: str) -> Iterator[httpx.Client]:
    """A curator at a base of their own."""
    with curating(url, name="Rassendyll") as client:
        yield client


def open_form(client: httpx.Client, path: str) -> list[tuple[str, str]]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return read_form(response.text)


def send(client: httpx.Client, path: str, pairs: Any, do: str = "check") -> httpx.Response:
    """Press a button of the form."""
    return post_form(client, path, [*pairs, ("do", do)])


def save(client: httpx.Client, path: str, pairs: Any) -> httpx.Response:
    """See what changes, and save it."""
    preview = send(client, path, pairs)
    assert preview.status_code == 200, text_of(preview.text)
    return post_form(client, f"{path}/save", read_form(preview.text))


def record_of(client: httpx.Client, path: str) -> Json:
    record: Json = client.get(path.replace("/curate/", "/v1/")).json()
    return record


def list_paths(client: httpx.Client) -> list[str]:
    """The forms of all records."""
    paths = []
    for collection in ("documents", "offices", "focus-areas", "initiatives"):
        page = client.get(f"/v1/{collection}?limit=200").json()
        paths += [item["url"].replace("/v1/", "/curate/") for item in page["items"]]
    for collection in ("expected-outcomes", "timeline-items"):
        page = client.get(f"/v1/{collection}?limit=200").json()
        paths += [item["url"].replace("/v1/", "/curate/") for item in page["items"]]
    return paths


@pytest.mark.accept
def test_form_that_says_nothing_new_changes_nothing(seeded: httpx.Client) -> None:
    """Every record of the seed comes through its form as it is."""
    paths = list_paths(seeded)
    assert len(paths) == 68
    for path in paths:
        response = send(seeded, path, open_form(seeded, path))
        assert "Nothing has changed" in text_of(response.text), path


@pytest.mark.accept
def test_form_carries_every_kind_of_date(plain_bases: SqliteBases) -> None:
    url = filled(plain_bases.make("empty"), fictional.dated())
    with curating(url) as client:
        paths = list_paths(client)
        assert len(paths) > 80
        for path in paths:
            response = send(client, path, open_form(client, path))
            assert "Nothing has changed" in text_of(response.text), path


def test_edit_is_shown_before_it_is_written(curator: httpx.Client) -> None:
    form = open_form(curator, DREDGING)
    form = replace_fields(form, **{"value-kind": "cooperation", "message": "It is one"})
    before = revision(curator)
    preview = send(curator, DREDGING, form)
    assert "cooperation" in text_of(preview.text, "ins")
    assert revision(curator) == before
    saved = post_form(curator, f"{DREDGING}/save", read_form(preview.text))
    assert saved.status_code == 303
    assert saved.headers["Location"] == f"{DREDGING}?saved={before + 1}"
    assert "The record is at version 2" in curator.get(saved.headers["Location"]).text
    record = record_of(curator, DREDGING)
    assert (record["version"], record["kind"]) == (2, "cooperation")
    written = curator.get(f"/v1/revisions/{before + 1}").json()
    assert (written["author"], written["message"]) == ("Rassendyll", "It is one")


def test_form_that_is_sent_twice_is_carried_out_once(curator: httpx.Client) -> None:
    form = replace_fields(open_form(curator, DREDGING), **{"value-kind": "cooperation"})
    preview = read_form(send(curator, DREDGING, form).text)
    first = post_form(curator, f"{DREDGING}/save", preview)
    number = revision(curator)
    second = post_form(curator, f"{DREDGING}/save", preview)
    assert second.status_code == 303
    assert second.headers["Location"] == first.headers["Location"]
    assert revision(curator) == number


def test_problem_is_told_beside_its_field(curator: httpx.Client) -> None:
    form = replace_fields(open_form(curator, DREDGING), **{"by-title": []})
    response = send(curator, DREDGING, form)
    assert response.status_code == 422
    assert "Title: nothing supports 'title'" in text_of(response.text, ".wrong")
    assert 'href="#f-title"' in response.text
    # Nothing that was typed is lost.
    assert set(form) <= set(read_form(response.text))


def test_quote_that_stands_once_is_done(curator: httpx.Client) -> None:
    form = open_form(curator, DREDGING)
    words = "The ministry will dredge  the harbour"
    added = [("exact-2", words), ("document-2", "memorandum"), ("by-modality", "2")]
    found = send(curator, DREDGING, [*form, *added], "find")
    assert "under “Plans”, characters 19–55" in text_of(found.text)
    assert save(curator, DREDGING, read_form(found.text)).status_code == 303
    citation = record_of(curator, DREDGING)["citations"][1]
    assert citation == {
        "document_slug": "memorandum",
        "section": ["A memorandum", "Plans"],
        "exact": "The ministry will dredge the harbour",
        "prefix": TEXT[:19],
        "suffix": TEXT[55:87],
        "start": 19,
        "end": 55,
        "supports": ["modality"],
        "link": None,
    }


def test_quote_that_stands_twice_is_chosen(reading: httpx.Client) -> None:
    form = open_form(reading, DREDGING)
    added = [("exact-2", "the quay"), ("document-2", "memorandum"), ("by-modality", "2")]
    response = send(reading, DREDGING, [*form, *added])
    assert "These words stand in the text twice" in text_of(response.text, ".wrong")
    assert text_of(response.text, ".choice mark") == "the quay"
    second = len(TEXT) + TWICE.index("the quay")
    chosen = [*read_form(response.text), ("place-2", f"{second}-{second + 8}")]
    preview = send(reading, DREDGING, chosen)
    assert preview.status_code == 200
    assert f"characters {second}–{second + 8}" in text_of(
        send(reading, DREDGING, chosen, "find").text
    )


def test_nearest_passages_are_proposed_for_words_that_are_not_there(
    reading: httpx.Client,
) -> None:
    form = open_form(reading, DREDGING)
    added = [("exact-2", "The ministry dredges a harbour by 2031")]
    added += [("document-2", "memorandum"), ("by-modality", "2")]
    response = send(reading, DREDGING, [*form, *added])
    assert response.status_code == 422
    assert "These words are not in the text" in text_of(response.text, ".wrong")
    nearest = text_of(response.text, ".choice mark")
    assert nearest == "The ministry will dredge the harbour of Strelsau by 2031."
    place = TEXT.index(nearest)
    chosen = [*read_form(response.text), ("place-2", f"{place}-{place + len(nearest)}")]
    assert send(reading, DREDGING, chosen).status_code == 200


def test_words_are_found_in_other_quotes_where_the_base_has_no_text(
    seeded: httpx.Client,
) -> None:
    added = [("exact-5", "Improved threat detection"), ("by-title", "5")]
    added.append(("document-5", "nato-expands-presence-in-amman"))
    response = send(seeded, ITEM, [*open_form(seeded, ITEM), *added])
    assert "These words stand in the text 3 times" in text_of(response.text, ".wrong")
    added[0] = ("exact-5", "words that nobody has quoted")
    response = send(seeded, ITEM, [*open_form(seeded, ITEM), *added])
    assert "no quote of it has these words" in text_of(response.text, ".wrong")
    by_hand = replace_fields(
        read_form(response.text),
        **{"section-5": "A heading", "prefix-5": "a", "suffix-5": "b", "start-5": "9000"},
    )
    kept = dict(read_form(send(seeded, ITEM, by_hand, "find").text))["kept-5"]
    assert '"start":9000,"end":9028' in kept


def test_quote_that_bears_out_nothing_is_a_problem(reading: httpx.Client) -> None:
    added = [("exact-2", "Harbour | Dredging"), ("document-2", "memorandum")]
    response = send(reading, DREDGING, [*open_form(reading, DREDGING), *added])
    assert "No field is borne out by these words" in text_of(response.text, ".wrong")


def test_new_record_takes_its_title_from_the_quote(curator: httpx.Client) -> None:
    form = replace_fields(
        open_form(curator, "/curate/new/initiatives"),
        **{
            "exact-1": "plant <trees> along the quay",
            "by-title": "1",
            "by-modality": "1",
            "value-modality": "recommended",
            "value-kind": "recommendation",
            "why-kind": "It is advised.",
            "value-office_slug": "Office",
            "why-office_slug": "The memorandum is about it.",
        },
    )
    saved = save(curator, "/curate/new/initiatives", form)
    assert saved.status_code == 303, text_of(saved.text, ".wrong")
    assert saved.headers["Location"].startswith(
        "/curate/initiatives/plant-trees-along-the-quay"
    )
    record = record_of(curator, "/curate/initiatives/plant-trees-along-the-quay")
    assert record["title"] == "plant <trees> along the quay"
    # An office may be given by its name.
    assert record["office_slug"] == "strelsau"
    page = curator.get("/curate/initiatives/plant-trees-along-the-quay").text
    assert "<trees>" not in page


def test_new_document_has_the_digest_of_its_text(curator: httpx.Client) -> None:
    form = replace_fields(
        open_form(curator, "/curate/new/documents"),
        **{
            "value-title": "A letter",
            "value-language": "en",
            "value-voice": "issuer",
            "text": "Dear ministry,\r\nplease dredge.\r\n",
        },
    )
    assert save(curator, "/curate/new/documents", form).status_code == 303
    text = curator.get("/v1/documents/a-letter/text").text
    assert text == "Dear ministry,\nplease dredge.\n"


def test_dates_are_read_from_the_wording(seeded: httpx.Client) -> None:
    form = replace_fields(open_form(seeded, ITEM), **{"value-wording": "by mid-2026"})
    values = dict(read_form(send(seeded, ITEM, form, "when").text))
    assert values["value-end_kind"] == "by"
    assert values["value-end_edtf"].startswith("2026-")
    form = replace_fields(form, **{"value-wording": "within 18 months"})
    needs = send(seeded, ITEM, form, "when")
    assert "Say below from which day it counts" in text_of(needs.text, ".wrong")
    answered = replace_fields(read_form(needs.text), anchor="2025-09-16")
    values = dict(read_form(send(seeded, ITEM, answered, "when").text))
    assert values["value-end_edtf"].startswith("2027-03")


def test_second_curator_sees_both_edits_and_loses_nothing(url: str) -> None:
    with curating(url, name="Flavia") as first, curating(url, name="Sapt") as second:
        theirs = replace_fields(open_form(first, DREDGING), **{"value-kind": "cooperation"})
        mine = replace_fields(
            open_form(second, DREDGING),
            **{"value-modality": "required", "by-modality": "1", "message": "A duty"},
        )
        preview = send(second, DREDGING, mine)
        assert save(first, DREDGING, theirs).status_code == 303
        conflict = post_form(second, f"{DREDGING}/save", read_form(preview.text))
        assert conflict.status_code == 409
        text = text_of(conflict.text, "table.three")
        assert "As you opened it (version 1)" in text
        assert "Theirs (version 2)" in text
        chosen = dict(read_form(conflict.text))
        # Each side changed one field, and that is what is chosen at first.
        assert (chosen["take-kind"], chosen["take-modality"]) == ("theirs", "mine")
        merged = post_form(second, f"{DREDGING}/merge", read_form(conflict.text))
        assert merged.status_code == 200
        assert save(second, DREDGING, read_form(merged.text)).status_code == 303
        record = record_of(second, DREDGING)
        assert (record["kind"], record["modality"]) == ("cooperation", "required")
        assert record["version"] == 3
        assert second.get("/v1/revisions/3").json()["message"] == "A duty"


def test_record_that_was_deleted_meanwhile_can_be_made_again(curator: httpx.Client) -> None:
    form = replace_fields(open_form(curator, DREDGING), **{"value-kind": "cooperation"})
    deletion = read_form(curator.get(f"{DREDGING}/delete").text)
    assert post_form(curator, f"{DREDGING}/delete", deletion).status_code == 303
    response = send(curator, DREDGING, form)
    assert "was deleted meanwhile" in text_of(response.text, ".wrong")
    saved = save(curator, "/curate/new/initiatives", read_form(response.text))
    assert saved.headers["Location"].startswith(DREDGING)
    assert record_of(curator, DREDGING)["kind"] == "cooperation"


@pytest.mark.parametrize("action", ["save", "delete", "history/1"])
def test_read_key_sees_and_does_not_write(plain_bases: SqliteBases, action: str) -> None:
    url = filled(plain_bases.make("empty"), bundle(TEXT))
    with curating(url, "read") as client:
        page = client.get(DREDGING)
        assert page.status_code == 200
        assert "This needs a key of scope write" in text_of(page.text)
        pairs = [*read_form(page.text), ("idempotency_key", "x" * 32)]
        response = post_form(client, f"{DREDGING}/{action}", pairs)
        assert response.status_code == 403
        assert "scope 'write'" in text_of(response.text)
        assert revision(client) == 1


def test_form_that_outlives_its_session_goes_on_after_the_sign_in(url: str) -> None:
    key = make_key(url, "write", "Flavia")
    with serving(url) as client:
        sign_in(client, key)
        form = replace_fields(open_form(client, DREDGING), **{"value-kind": "cooperation"})
        with engine_of(url) as engine:
            revoke_key(engine, key[:12])
        interrupted = send(client, DREDGING, form)
        assert interrupted.status_code == 403
        assert "What you typed is kept in this page" in text_of(interrupted.text)
        other = make_key(url, "write", "Sapt")
        sign_in_form = replace_fields(read_form(interrupted.text), key=other)
        signed_in = post_form(client, "/curate", sign_in_form)
        preview = post_form(client, DREDGING, read_form(signed_in.text))
        assert "cooperation" in text_of(preview.text, "ins")
        saved = post_form(client, f"{DREDGING}/save", read_form(preview.text))
        assert saved.status_code == 303
        assert client.get("/v1/revisions/2").json()["author"] == "Sapt"


@pytest.mark.accept
def test_deletion_shows_what_hangs_on_the_record(url: str) -> None:
    office = "/curate/offices/strelsau"
    with curating(url) as client:
        page = client.get(f"{office}/delete")
        assert "What hangs on it: 4 records" in text_of(page.text)
        assert "This needs a key of scope admin" in text_of(page.text)
        refused = post_form(client, f"{office}/delete", read_form(page.text))
        assert refused.status_code == 403
    with curating(url, "admin") as client:
        form = read_form(client.get(f"{office}/delete").text)
        changed = replace_fields(open_form(client, DREDGING), **{"value-kind": "cooperation"})
        assert save(client, DREDGING, changed).status_code == 303
        deleted = post_form(client, f"{office}/delete", form)
        assert deleted.status_code == 303
        assert client.get("/v1/initiatives").json()["total"] == 0
        assert client.get(office).status_code == 410


def test_deletion_of_more_than_was_shown_is_refused(url: str) -> None:
    with curating(url, "admin") as client:
        form = read_form(client.get("/curate/offices/strelsau/delete").text)
        trees = read_form(client.get("/curate/initiatives/trees/delete").text)
        assert post_form(client, "/curate/initiatives/trees/delete", trees).status_code == 303
        refused = post_form(client, "/curate/offices/strelsau/delete", form)
        assert refused.status_code == 412
        assert "Nothing was deleted" in text_of(refused.text)


def test_record_is_restored_from_its_history(curator: httpx.Client) -> None:
    form = replace_fields(open_form(curator, DREDGING), **{"value-kind": "cooperation"})
    save(curator, DREDGING, form)
    history = curator.get(f"{DREDGING}/history").text
    title = curator.get(DREDGING.replace("/curate", "/v1")).json()["title"]
    assert f"<h1><bdi>History of “{title}”</bdi></h1>" in history
    unchanged = curator.get(f"{DREDGING}/history/99").text
    assert "did not change" in unchanged
    assert "/v1/" not in unchanged
    assert f'href="{DREDGING}/history"' in unchanged
    assert f'href="{DREDGING}/history/1"' in history
    preview = curator.get(f"{DREDGING}/history/1")
    assert text_of(preview.text, "ins") == "objective"
    restored = post_form(curator, f"{DREDGING}/history/1", read_form(preview.text))
    assert restored.headers["Location"] == f"{DREDGING}?saved=3"
    record = record_of(curator, DREDGING)
    assert (record["kind"], record["version"]) == ("objective", 3)
    stale = post_form(curator, f"{DREDGING}/history/1", read_form(preview.text))
    # The same form again is the same request.
    assert stale.headers["Location"] == f"{DREDGING}?saved=3"


def test_deleted_record_is_restored_too(curator: httpx.Client) -> None:
    form = read_form(curator.get(f"{DREDGING}/delete").text)
    post_form(curator, f"{DREDGING}/delete", form)
    preview = curator.get(f"{DREDGING}/history/1")
    assert "Now, deleted" in text_of(preview.text)
    assert (
        post_form(curator, f"{DREDGING}/history/1", read_form(preview.text)).status_code
        == 303
    )
    assert record_of(curator, DREDGING)["version"] == 3


def test_records_are_found_by_their_words(seeded: httpx.Client) -> None:
    page = seeded.get("/curate/records?q=cybersecurity+collaboration")
    assert f'href="{ITEM}"' in page.text
    only = seeded.get("/curate/records?q=cybersecurity&type=offices")
    assert "No record has these words" in text_of(only.text)
    assert text_of(seeded.get("/curate/records").text).count("All ") > 2


@pytest.mark.accept
def test_every_link_of_every_page_leads_somewhere(plain_bases: SqliteBases) -> None:
    url = filled(plain_bases.make("empty"), bundle(TEXT))
    paths = ["/curate", "/curate/records", "/curate/new", "/curate/changes", "/curate/keys"]
    paths += [DREDGING, f"{DREDGING}/history", f"{DREDGING}/delete", "/curate/new/offices"]
    with curating(url, "admin") as client:
        links = set()
        for path in paths:
            for node in client.get(path).text.split('href="')[1:]:
                links.add(node.partition('"')[0].partition("#")[0].replace("&amp;", "&"))
        # The pages of drafts have their own test.
        links = {link for link in links if link.startswith("/") and "/drafts" not in link}
        assert len(links) > 20
        for link in sorted(links):
            assert client.get(link).status_code == 200, link


def test_hostile_words_open_nothing(curator: httpx.Client) -> None:
    hostile = '"><script>alert(1)</script>{{7*7}}'
    form = open_form(curator, DREDGING)
    typed = replace_fields(form, **{"value-title": hostile, "why-title": hostile})
    for page in (send(curator, DREDGING, typed), send(curator, DREDGING, typed, "find")):
        assert "<script>alert" not in page.text
        assert "49" not in text_of(page.text, "h1")
    assert save(curator, DREDGING, typed).status_code == 303
    for path in (DREDGING, f"{DREDGING}/history", "/curate/records", f"{DREDGING}/delete"):
        assert "<script>alert" not in curator.get(path).text


def test_quote_whose_last_tick_is_taken_away_is_left_out(curator: httpx.Client) -> None:
    reasons: Any = {"why-title": "In short.", "why-modality": "So."}
    ticks: Any = {"by-title": [], "by-modality": []}
    form = replace_fields(open_form(curator, DREDGING), **reasons, **ticks)
    assert save(curator, DREDGING, form).status_code == 303
    assert record_of(curator, DREDGING)["citations"] == []
