"""Drafts in the browser, without a script: from a file to a revision, on both engines."""

from collections.abc import Iterator

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from app.curate.drafts import new_draft
from tests.helpers.bases import Bases, SqliteBases, make_key
from tests.helpers.curating import curating, post_form, sign_in
from tests.helpers.draft_pages import (
    NEW,
    attribute_of,
    count_left,
    decide,
    draft_plan,
    fields_of,
    find_number,
    open_page,
    pairs_of,
    paste,
    send,
    send_to,
    title_of,
    upload,
    words_of,
)
from tests.helpers.files import make_word, word_paragraph, word_table
from tests.helpers.servers import serving
from tests.helpers.stored_drafts import PLAN

pytestmark = [pytest.mark.either_engine, pytest.mark.usefixtures("draft_patience")]

# The words for the time of its second row are not read.
DOUBTFUL = """# A plan

The office recommends that the ministry:

| Priority | Timeline |
| --- | --- |
| Repair the quay | 2033 |
| Open a school | Immediate |
| Map the river | 2034 |
"""
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def curator(bases: Bases) -> Iterator[httpx.Client]:
    """A curator who may write to a base of their own."""
    with curating(bases.make("small")) as client:
        yield client


@pytest.fixture(scope="module")
def reviewer(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A curator whose base the tests share, on SQLite alone: nothing is published in it."""
    with curating(plain_bases.make("small")) as client:
        yield client


@pytest.fixture(scope="module")
def plan(reviewer: httpx.Client) -> str:
    """The path of a draft that no test decides on."""
    return draft_plan(reviewer)


def test_file_is_decided_on_and_published(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    page = open_page(curator, draft)
    total = count_left(page)
    assert total >= 8
    first = title_of(page)
    path = decide(curator, draft, "accept")
    page = open_page(curator, path)
    assert f"Accepted: {first}" in words_of(page, ".notice")
    assert count_left(page) == total - 1
    path = decide(curator, path, "reject")
    while count_left(open_page(curator, path)):
        path = decide(curator, path, "accept")
    assert "Every claim is decided" in words_of(open_page(curator, path))
    page = open_page(curator, f"{draft}/publish")
    assert f"{total - 1}" not in words_of(page, ".title")
    assert "This becomes one revision" in words_of(page)
    assert curator.get("/v1/revisions").json()["total"] == 1
    published = send(curator, page, "form.sheet", message="The plan for the harbours")
    assert published.status_code == 303
    found = curator.get("/v1/search?limit=200&document=plan-for-the-harbours-of-ruritania")
    titles = [item["text"] for item in found.json()["items"]]
    assert first in titles
    assert len(titles) == total - 1
    revision = curator.get("/v1/revisions/2").json()
    assert (revision["message"], revision["author"]) == (
        "The plan for the harbours",
        "Rassendyll",
    )
    page = open_page(curator, draft)
    assert "Published in revision 2" in words_of(page)
    assert "until you publish" not in words_of(page, ".title")
    assert attribute_of(page, "#card .button.main", "href") == "/changes/2"
    assert "There is nothing to publish" in words_of(open_page(curator, f"{draft}/publish"))


def test_claims_that_need_a_closer_look_come_first(reviewer: httpx.Client) -> None:
    draft = paste(reviewer, DOUBTFUL, markdown="true").headers["Location"]
    page = open_page(reviewer, draft)
    assert title_of(page) == "Open a school"
    assert "words for the time were not read" in words_of(page, ".doubts")
    assert "1 needs a closer look" in words_of(page, ".title")
    later = open_page(reviewer, attribute_of(page, "[data-do=later]", "href"))
    assert title_of(later) == "Repair the quay"
    # What was put off comes back when the rest was seen.
    for _ in range(count_left(page) - 1):
        later = open_page(reviewer, attribute_of(later, "[data-do=later]", "href"))
    assert title_of(later) == "Open a school"


def test_card_shows_the_words_and_asks_what_is_derived(
    reviewer: httpx.Client, plan: str
) -> None:
    number = find_number(reviewer, plan, "Train pilots for the river")
    page = open_page(reviewer, f"{plan}?at={number}")
    card = words_of(page, ".draft")
    assert "Recommended" in card
    assert "recommends that" in card
    assert "Harbours new" in card
    assert "Derived. Named when the document was drafted. Is that so?" in card
    assert words_of(page, "mark.picked") == "Train pilots for the river"
    assert "recommends" in words_of(page, "mark.why")


def test_text_only_shows(reviewer: httpx.Client, plan: str) -> None:
    page = open_page(reviewer, plan)
    before = count_left(page)
    for link in page.css("article mark a")[:3]:
        shown = open_page(reviewer, f"{plan}{link.attributes['href']}")
        assert words_of(shown, "mark.picked")
    assert count_left(open_page(reviewer, plan)) == before


def test_every_cell_has_its_position(reviewer: httpx.Client, plan: str) -> None:
    text = reviewer.get(
        f"/v1/drafts/{plan.rpartition('/')[2]}/text",
        headers={"Authorization": f"Bearer {make_key(_url(reviewer), 'read')}"},
    ).text
    page = open_page(reviewer, plan)
    cells = page.css("article [data-start]")
    assert len(cells) > 20
    for cell in cells:
        words = cell.text()
        start = int(cell.attributes["data-start"] or "")
        assert text[start : start + len(words)] == words


def _url(client: httpx.Client) -> str:
    return str(client.app.state.services.settings.database_url)  # type: ignore[attr-defined]


def test_decision_is_taken_back(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    first = title_of(open_page(curator, draft))
    path = decide(curator, draft, "accept")
    back = send(curator, open_page(curator, path), "form.notice", do="reopen")
    page = open_page(curator, back.headers["Location"])
    assert title_of(page) == first
    assert page.css_first("button[value=accept]") is not None
    assert "Decided (0)" in words_of(page, "nav.pages")


def test_second_curator_is_not_overwritten(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    page = open_page(curator, draft)
    with httpx.Client(base_url=curator.base_url, verify=False) as other:
        sign_in(other, make_key(_url(curator), "write", "Fritz"))
        assert send(other, open_page(other, draft), "form.decide", do="reject").is_redirect
    response = send(curator, page, "form.decide", do="accept")
    assert response.status_code == 412
    shown = LexborHTMLParser(response.text)
    assert "Fritz has changed this proposal: it is rejected now" in words_of(shown, ".wrong")
    assert title_of(shown) == title_of(page)
    assert send(curator, shown, "form.decide", do="accept").is_redirect


def test_form_that_is_sent_twice_decides_once(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    page = open_page(curator, draft)
    sent = [send(curator, page, "form.decide", do="accept") for _ in range(2)]
    assert [response.status_code for response in sent] == [303, 303]
    assert sent[0].headers["Location"] == sent[1].headers["Location"]


@pytest.mark.parametrize("kind", ["section", "table", "rule"])
def test_many_are_decided_at_once_and_taken_back(reviewer: httpx.Client, kind: str) -> None:
    draft = upload(reviewer, PLAN.read_bytes() + kind.encode()).headers["Location"]
    total = count_left(open_page(reviewer, draft))
    page = open_page(reviewer, f"{draft}/groups?kind={kind}")
    size = len(page.css("section.bundle")[0].css("li"))
    assert size > 1
    accepted = send(reviewer, page, "section.bundle form", do="accept")
    page = open_page(reviewer, accepted.headers["Location"].partition("#")[0])
    assert f"{size} proposals at once" in words_of(page, ".decisions")
    assert count_left(page) == total - size
    back = send(reviewer, page, ".decisions form")
    assert count_left(open_page(reviewer, back.headers["Location"])) == total


def test_doubtful_claims_are_not_accepted_with_others(reviewer: httpx.Client) -> None:
    draft = paste(reviewer, f"{DOUBTFUL}\n", markdown="true").headers["Location"]
    page = open_page(reviewer, f"{draft}/groups")
    assert "Accept 2" in words_of(page, "section.bundle form")
    send(reviewer, page, "section.bundle form", do="accept")
    page = open_page(reviewer, draft)
    assert count_left(page) == 1
    assert title_of(page) == "Open a school"


def test_words_that_were_missed_become_a_proposal(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    page = open_page(curator, f"{draft}/missed")
    words = "It will open a new ferry by 2035"
    response = send(curator, page, "form.sheet", words=words, type="initiative")
    assert response.status_code == 303, response.text
    page = open_page(curator, response.headers["Location"])
    assert title_of(page) == words
    assert "Prospective" in words_of(page, ".draft")
    assert "Accepted by Rassendyll" in words_of(page, ".draft")


def test_place_of_words_that_stand_twice_is_chosen(reviewer: httpx.Client, plan: str) -> None:
    page = open_page(reviewer, f"{plan}/missed")
    response = send(reviewer, page, "form.sheet", words="pilots", type="focus_area")
    assert response.status_code == 422
    asked = LexborHTMLParser(response.text)
    assert "Choose which are meant" in words_of(asked, ".wrong")
    choices = asked.css("input[name=place]")
    assert len(choices) >= 3
    place = choices[0].attributes["value"] or ""
    added = send(reviewer, asked, "form.sheet", place=place)
    assert added.status_code == 303, added.text
    shown = open_page(reviewer, added.headers["Location"])
    assert words_of(shown, "mark.picked") == "pilots"


def test_words_that_are_not_there_have_the_nearest(reviewer: httpx.Client, plan: str) -> None:
    page = open_page(reviewer, f"{plan}/missed")
    response = send(
        reviewer, page, "form.sheet", words="The harbours have lost half the trade"
    )
    asked = LexborHTMLParser(response.text)
    assert "nearest passages" in words_of(asked, ".wrong")
    assert "harbours lost half" in words_of(asked, ".places")
    assert "have lost half the trade" in words_of(asked, "textarea")


def test_selected_words_are_proposed_by_their_position(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    page = open_page(curator, draft)
    for cell in page.css("article [data-start]"):
        position = cell.text().find("harbours lost half of their trade")
        if position >= 0:
            start = int(cell.attributes["data-start"] or "") + position
    place = f"{start}-{start + len('harbours lost half of their trade')}"
    added = send(curator, page, "form.select", place=place, type="expected_outcome")
    assert added.status_code == 303, added.text
    page = open_page(curator, added.headers["Location"])
    assert title_of(page) == "harbours lost half of their trade"


def test_what_was_left_out_is_listed_with_its_reason(
    reviewer: httpx.Client, plan: str
) -> None:
    page = open_page(reviewer, f"{plan}/coverage")
    assert "It will open a new ferry by 2035." in words_of(page)
    assert "quoted by a proposal" in words_of(page, ".shares")
    form = open_page(reviewer, attribute_of(page, ".passages a", "href"))
    assert words_of(form, "textarea")
    address = attribute_of(page, ".reasons a", "href")
    listed = open_page(reviewer, address.partition("#")[0])
    reasons = {
        " ".join(item.text().split()) for item in listed.css("#left-out .passages .meta")
    }
    assert reasons == {words_of(page, ".reasons a")}


def test_marks_without_words_are_not_listed_as_left_out(reviewer: httpx.Client) -> None:
    text = "Plan for the mills\n\nThe old mill is red.\n\n---|---\n\n* * *\n"
    draft = paste(reviewer, text).headers["Location"]
    page = open_page(reviewer, f"{draft}/coverage")
    listed = [" ".join(words.text().split()) for words in page.css("#left-out .words")]
    assert "The old mill is red." in listed
    assert all(any(map(str.isalnum, words)) for words in listed)


@pytest.mark.accept
def test_published_draft_says_what_is_not_published_yet(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    path = decide(curator, draft, "accept")
    assert "Nothing of it is in the base" in words_of(open_page(curator, path), ".title")
    send(curator, open_page(curator, f"{draft}/publish"), "form.sheet", message="One claim")
    assert "Published in revision 2." in words_of(open_page(curator, path), ".title")
    path = decide(curator, path, "accept")
    head = words_of(open_page(curator, path), ".title")
    assert "Published in revision 2, except 1 accepted claim." in head
    while count_left(open_page(curator, path)):
        path = decide(curator, path, "reject")
    button = "#card .button.main"
    assert attribute_of(open_page(curator, path), button, "href") == f"{draft}/publish"


def test_focus_area_and_office_of_the_base_are_used(curator: httpx.Client) -> None:
    draft = draft_plan(curator, office="Bureau of the harbours")
    page = open_page(curator, f"{draft}/records")
    forms = page.css("form.merge")
    labels = [words_of(LexborHTMLParser(item.html or ""), "h2") for item in page.css("li h2")]
    assert labels[:2] == ["Plan for the harbours of Ruritania", "Bureau of the harbours"]
    area = labels.index("Lighthouses")
    refused = send(curator, page, "form.merge", area, do="merge", label="castels")
    assert refused.status_code == 422
    assert "Did you mean 'castles'?" in words_of(LexborHTMLParser(refused.text), ".wrong")
    assert send(curator, page, "form.merge", area, do="merge", label="castles").is_redirect
    page = open_page(curator, f"{draft}/records")
    assert send(curator, page, "form.merge", 1, do="merge", label="Office").is_redirect
    assert len(forms) == len(page.css("form.merge"))
    number = find_number(curator, draft, "Rebuild the lighthouse of Zenda")
    decide(curator, f"{draft}?at={number}", "accept")
    page = open_page(curator, f"{draft}/publish")
    assert "castles" in words_of(page)
    assert send(curator, page, "form.sheet").is_redirect
    (claim,) = curator.get("/v1/initiatives?q=lighthouse").json()["items"]
    assert (claim["office_slug"], claim["focus_area_slugs"]) == ("strelsau", ["castles"])
    assert curator.get("/v1/focus-areas").json()["total"] == 3


def test_publishing_asks_again_after_another_decision(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    path = decide(curator, draft, "accept")
    page = open_page(curator, f"{draft}/publish")
    decide(curator, path, "accept")
    response = send(curator, page, "form.sheet", message="As I saw it")
    assert response.status_code == 412
    again = LexborHTMLParser(response.text)
    assert "look at it again" in words_of(again, ".wrong")
    assert fields_of(again, "form.sheet")["message"] == "As I saw it"
    assert curator.get("/v1/revisions").json()["total"] == 1


def test_draft_is_deleted_and_published_claims_stay(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    decide(curator, draft, "accept")
    send(curator, open_page(curator, f"{draft}/publish"), "form.sheet")
    send(curator, open_page(curator, f"{draft}/delete"), "form.row")
    assert curator.get(draft).status_code == 404
    assert "There is no draft yet" in words_of(open_page(curator, "/curate/drafts"))
    assert curator.get("/v1/search?type=initiative").json()["total"] == 1


def test_pasted_text_has_the_title_and_the_office_that_were_typed(
    reviewer: httpx.Client,
) -> None:
    text = "The office recommends that the ministry:\n- Mend the bridge\n"
    posted = paste(
        reviewer, text, title="A note on bridges", office="Bridge Office", language="en"
    )
    page = open_page(reviewer, f"{posted.headers['Location']}/records")
    names = [" ".join(item.text().split()) for item in page.css("li h2")]
    assert names == ["A note on bridges", "Bridge Office"]


def test_word_document_is_drafted(reviewer: httpx.Client) -> None:
    body = word_paragraph("Plan for the walls", "Heading1")
    body += word_paragraph("The office recommends that the ministry:")
    body += word_table([["Initiative", "Time"], ["Mend the wall", "2033"]])
    posted = upload(reviewer, make_word(body), "walls.docx")
    page = open_page(reviewer, posted.headers["Location"])
    assert page.css_first("article table") is not None
    assert "Mend the wall" in words_of(page, "article")


def test_same_file_leads_to_its_draft(reviewer: httpx.Client, plan: str) -> None:
    assert draft_plan(reviewer) == plan
    response = upload(reviewer, PLAN.read_bytes(), office="Harbours", prose="true")
    assert response.status_code == 409
    page = LexborHTMLParser(response.text)
    assert "drafted already, with another choice about sentences" in words_of(page, ".wrong")
    assert attribute_of(page, ".wrong p a", "href") == plan


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "There is nothing to read yet"),
        ({"text": "Words", "said_on": "yesterday"}, "'yesterday' is no day"),
        ({"text": "Words", "language": "tlh"}, "no rules for the language 'tlh'"),
        ({"text": "Words", "title": "x" * 601}, "more than 600 characters"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_is_kept(
    reviewer: httpx.Client, fields: dict[str, str], words: str
) -> None:
    response = paste(reviewer, **{"text": "", "office": "Harbours", **fields})
    assert response.status_code == 422
    page = LexborHTMLParser(response.text)
    assert words in words_of(page, ".wrong")
    typed = fields_of(page, "form.sheet")
    assert typed["office"] == "Harbours"
    assert typed["text"].strip() == fields.get("text", "")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scan.pdf", b"%PDF-1.4 nothing", "PDF"),
        ("plan.docx", b"PK\x03\x04 nothing", "Word"),
        ("plan.odt", b"PK\x03\x04", "OpenDocument"),
        ("latin.txt", b"caf\xe9", "UTF-8"),
    ],
)
def test_file_that_cannot_be_read_is_refused_in_one_line(
    reviewer: httpx.Client, name: str, content: bytes, words: str
) -> None:
    response = upload(reviewer, content, name, title="A title")
    assert response.status_code == 422
    page = LexborHTMLParser(response.text)
    assert words in words_of(page, ".wrong")
    assert len(page.css(".wrong li")) == 1
    assert fields_of(page, "form.sheet")["title"] == "A title"
    assert name in words_of(page, "form.sheet")


def test_page_of_a_long_document_grows_and_leads_on(
    reviewer: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_draft, "PATIENCE_SECONDS", 0)
    response = upload(reviewer, b"# A long plan\n\n- The ministry will mend the wall\n")
    assert response.status_code == 200
    page = LexborHTMLParser(response.text)
    assert "Reading plan.md" in words_of(page)
    path = attribute_of(page, ".after a", "href")
    assert f"url={path}" in attribute_of(page, "meta[http-equiv=refresh]", "content")
    assert "mend the wall" in words_of(open_page(reviewer, path))
    refused = LexborHTMLParser(upload(reviewer, b"caf\xe9", "a.txt", title="Kept").text)
    assert "UTF-8" in words_of(refused, ".wrong")
    assert fields_of(refused, "form.sheet")["title"] == "Kept"


def test_key_that_may_only_read_sees_and_changes_nothing(plain_bases: SqliteBases) -> None:
    url = plain_bases.make("small")
    with curating(url) as writer, serving(url) as reader:
        draft = draft_plan(writer)
        fields = fields_of(open_page(writer, draft), "form.decide")
        sign_in(reader, make_key(url, "read"))
        for path in (
            "",
            "/groups",
            "/decided",
            "/missed",
            "/coverage",
            "/records",
            "/publish",
        ):
            page = open_page(reader, f"{draft}{path}")
            assert "needs a key of scope write" in words_of(page)
            assert not page.css("main form:not([action$=out]) button")
        for path in ("/decide", "/groups", "/decided", "/missed", "/records", "/publish"):
            response = post_form(reader, f"{draft}{path}", {**fields, "do": "accept"})
            assert response.status_code == 403
        assert upload(reader, PLAN.read_bytes()).status_code == 403
        for path in (NEW, "/curate/new"):
            assert "scope write" in words_of(open_page(reader, path))


def test_nobody_reads_a_draft_without_signing_in(reviewer: httpx.Client, plan: str) -> None:
    with httpx.Client(base_url=reviewer.base_url, verify=False) as stranger:
        response = stranger.get(plan)
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/curate?next=")
    assert "no-store" in reviewer.get(plan).headers["Cache-Control"]


def test_hostile_text_opens_nothing(reviewer: httpx.Client) -> None:
    text = f"# {SCRIPT}\n\nThe ministry will:\n\n- {SCRIPT} mend {{{{7*7}}}} walls\n"
    draft = paste(reviewer, text, office='"><img onerror=x>').headers["Location"]
    for path in ("", "/groups", "/decided", "/missed", "/coverage", "/records", "/publish"):
        body = reviewer.get(f"{draft}{path}").text
        assert SCRIPT not in body
        assert "<img" not in body
        assert "49 walls" not in body


@pytest.mark.accept
def test_part_of_a_long_text_is_sent(reviewer: httpx.Client) -> None:
    filler = "The river has carried the trade of the country. " * 20
    sections = []
    for number in range(60):
        sections.append(
            f"## Chapter {number}\n\n{filler}\n\nThe office recommends that the ministry:\n\n"
            f"- Mend wall {number}\n- Build tower {number}\n"
        )
    draft = upload(reviewer, ("# Plan\n\n" + "\n".join(sections)).encode()).headers[
        "Location"
    ]
    body = reviewer.get(draft).content
    assert len(body) < 30_000
    page = LexborHTMLParser(body)
    assert "Part 1 of" in words_of(page, "article")
    last = attribute_of(page, "a[rel=next]", "href")
    assert "Part 2 of" in words_of(open_page(reviewer, f"{draft}{last}"), "article")
    number = find_number(reviewer, draft, "Build tower 40")
    assert "Chapter 40" in words_of(open_page(reviewer, f"{draft}?at={number}"), "article")


def edit(client: httpx.Client, draft: str, number: int) -> LexborHTMLParser:
    return open_page(client, f"{draft}/proposals/{number}/edit")


def save(client: httpx.Client, page: LexborHTMLParser, **fields: str) -> httpx.Response:
    """Press the button that saves the form, which has an address of its own."""
    action = attribute_of(page, "button[formaction]", "formaction")
    return send_to(client, action, pairs_of(page, "form.edit"), fields)


def test_record_is_corrected_with_words_that_are_found(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    number = find_number(curator, draft, "Train pilots for the river")
    page = edit(curator, draft, number)
    assert "Found, under" in words_of(page, ".cite")
    refused = LexborHTMLParser(save(curator, page, **{"value-title": "Teach pilots"}).text)
    assert "'Teach pilots' is not what its quotes say" in words_of(refused, ".wrong")
    fields = {"exact-1": "Train pilots", "value-title": "Train pilots"}
    saved = save(curator, refused, **fields)
    assert saved.status_code == 303, words_of(LexborHTMLParser(saved.text), ".wrong")
    shown = open_page(curator, f"{draft}?at={number}")
    assert title_of(shown) == "Train pilots"
    assert "Proposed as: Train pilots for the river" in words_of(shown, ".draft")
    assert "Accepted with changes" in words_of(shown, ".draft")
    assert words_of(shown, "mark.why")
    send(curator, shown, "form.decide", do="reopen")
    assert (
        title_of(open_page(curator, f"{draft}?at={number}")) == "Train pilots for the river"
    )


def test_dates_are_read_from_the_wording_of_a_proposal(reviewer: httpx.Client) -> None:
    text = f"{DOUBTFUL}\n\n"
    draft = paste(reviewer, text, markdown="true").headers["Location"]
    number = int(fields_of(open_page(reviewer, draft), "form.decide")["number"])
    page = edit(reviewer, draft, number)
    read = send(reviewer, page, "form.edit", do="when", anchor="2031-05-17")
    page = LexborHTMLParser(read.text)
    assert attribute_of(page, "#f-start_edtf", "value") == "2031-05-17~"
    assert save(reviewer, page).status_code == 303
    shown = open_page(reviewer, f"{draft}?at={number}")
    assert "17 May 2031" in words_of(shown, ".facts")


def test_record_of_an_edit_names_records_of_the_draft_and_of_the_base(
    curator: httpx.Client,
) -> None:
    draft = draft_plan(curator)
    number = find_number(curator, draft, "Rebuild the lighthouse of Zenda")
    page = edit(curator, draft, number)
    refused = save(curator, page, **{"value-focus_area_slugs": "Pilotage, castels"})
    assert refused.status_code == 422
    assert "There is no focus area 'castels'" in words_of(
        LexborHTMLParser(refused.text), ".wrong"
    )
    fields = {"value-focus_area_slugs": "Pilotage, castles", "why-focus_area_slugs": "Both"}
    saved = save(curator, page, **fields)
    assert saved.status_code == 303, words_of(LexborHTMLParser(saved.text), ".wrong")
    shown = words_of(open_page(curator, f"{draft}?at={number}"), ".facts")
    assert "Pilotage new, castles" in shown
    send(curator, open_page(curator, f"{draft}/publish"), "form.sheet")
    (claim,) = curator.get("/v1/initiatives?focus_area=castles").json()["items"]
    assert claim["focus_area_slugs"] == ["pilotage", "castles"]


def test_edit_of_what_another_has_changed_keeps_what_was_typed(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    number = find_number(curator, draft, "Train pilots for the river")
    page = edit(curator, draft, number)
    decide(curator, f"{draft}?at={number}", "reject")
    fields = {"value-kind": "objective", "why-kind": "As I typed it"}
    response = save(curator, page, **fields)
    assert response.status_code == 412
    again = LexborHTMLParser(response.text)
    assert "it is rejected now" in words_of(again, ".wrong")
    assert fields_of(again, "form.edit")["why-kind"] == "As I typed it"


def test_document_and_office_are_edited_too(curator: httpx.Client) -> None:
    draft = draft_plan(curator)
    page = edit(curator, draft, 1)
    assert save(curator, page, **{"value-publisher": "Ministry of Ruritania"}).is_redirect
    shown = words_of(open_page(curator, f"{draft}/records"), ".named-records")
    assert "Ministry of Ruritania" in shown
