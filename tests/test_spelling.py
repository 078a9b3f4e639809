"""Citations against texts as they come: other spellings, line ends, encodings and headings."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bundles.check import check_bundle
from app.schemas.write import Citation
from app.text.cited_text import CitedText
from app.text.headings import read_heading
from app.text.quotes import digest, find_mistakes, same_words
from app.text.sections import Sections
from app.text.spelling import FoldedText, describe_difference, fold_spelling
from tests.helpers import fictional
from tests.helpers.bases import SqliteBases, filled
from tests.helpers.command_line import error_of, run
from tests.helpers.examples import examples
from tests.helpers.paths import DRAFTING
from tests.helpers.servers import serving

Json = dict[str, Any]
SENTENCE = 'Efficient, naïve ships don\'t wait at 10 km off-shore – they "co-operate".'
TEXT = f"Plan of the harbour\nPart one\n{SENTENCE}\nThe end.\n"
PLAIN = {"Content-Type": "text/plain"}


def cite(text: str = TEXT, **selectors: Any) -> Json:
    """The citation of the sentence in a text that has it."""
    start = text.index(SENTENCE)
    end = start + len(SENTENCE)
    fields = {
        "section": ["Plan of the harbour", "Part one"],
        "start": start,
        "end": end,
        "prefix": text[start - 5 : start],
        "suffix": text[end : end + 5],
        **selectors,
    }
    return fictional.citation("plan", SENTENCE, "title", **fields)


def harbour(citation: Json | None = None, **document: Any) -> Json:
    """A base of two documents: a plan with one citation, and a memorandum."""
    fields = {"title": "Plan of the harbour", "sha256": digest(TEXT), **document}
    quotes = [citation or cite()]
    ships = fictional.record("initiative", "ships", title=SENTENCE, citations=quotes)
    plan = fictional.record("document", "plan", **fields)
    return fictional.base(documents=[plan], initiatives=[ships])


@pytest.fixture(scope="module")
def client(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A client of a server over `harbour`, which no test changes."""
    with serving(filled(plain_bases.make("empty"), harbour()), scope="write") as client:
        yield client


@pytest.fixture
def harbour_url(plain_url: str) -> str:
    return filled(plain_url, harbour())


def verify(client: httpx.Client, text: str) -> tuple[Json, Json]:
    """The verification of a text, and the status of the only citation."""
    answer = client.post("/v1/documents/plan/verify", content=text.encode(), headers=PLAIN)
    assert answer.status_code == 200, answer.text
    (item,) = answer.json()["items"]
    return answer.json(), item


SPELLINGS = [
    ("Effi", "Eﬃ", "a latin small ligature ffi (U+FB03) where the quote has 'ffi'"),
    ("ï", "i\u0308", "'i' and a combining diaeresis (U+0308) where the quote has"),
    ("n't", "n’t", 'a right single quotation mark (U+2019) where the quote has "\'"'),
    ("10 km", "10\u00a0km", "a no-break space (U+00A0) where the quote has a space"),
    ("10 km", "10\u2009km", "a thin space (U+2009) where the quote has a space"),
    ("wait", "wa\u00adit", "a soft hyphen (U+00AD) where the quote has nothing"),
    ("wait", "wa\u00ad\nit", "a soft hyphen (U+00AD) and a line feed where"),
    ("ships", "sh\u200bips", "a zero width space (U+200B) where the quote has nothing"),
    ("–", "-", "'-' where the quote has an en dash (U+2013)"),
    ("off-shore", "off\u2011shore", "a non-breaking hyphen (U+2011) where the quote has '-'"),
    ('"co-operate"', "“co-operate”", "a left double quotation mark (U+201C) where"),
    ("10", "１０", "a fullwidth digit one (U+FF11) where the quote has '1'"),
]


@pytest.mark.parametrize(("old", "new", "difference"), SPELLINGS)
def test_quote_that_is_spelt_otherwise_has_its_place_and_what_differs(
    client: httpx.Client, old: str, new: str, difference: str
) -> None:
    text = "A line.\n" + TEXT.replace(old, new)
    verification, item = verify(client, text)
    assert item["status"] == "moved"
    moved = item["moved"]
    passage = SENTENCE.replace(old, new)
    assert (moved["start"], moved["exact"]) == (text.index(passage), passage)
    assert text[moved["start"] : moved["end"]] == passage
    assert difference in item["difference"]
    # The support rule takes the other spelling for the same words.
    checked = client.post("/v1/changesets?validate_only=true", json=verification["changeset"])
    assert checked.json()["valid"], checked.text


@pytest.mark.parametrize(("old", "new"), [("10 km", "1² km"), ("wait", "want"), ("ï", "i")])
def test_other_words_are_missing(client: httpx.Client, old: str, new: str) -> None:
    _, item = verify(client, TEXT.replace(old, new))
    assert (item["status"], item["moved"]) == ("missing", None)


def test_words_as_they_are_spelt_come_before_another_spelling(client: httpx.Client) -> None:
    text = TEXT.replace(SENTENCE, SENTENCE.replace("–", "-") + "\n" + SENTENCE)
    _, item = verify(client, text)
    assert item["moved"]["start"] == text.index(SENTENCE)
    assert "difference" not in item


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\u2028", "\n\n", "\n\f"])
def test_line_ends_of_any_kind_end_a_heading(client: httpx.Client, line_end: str) -> None:
    text = TEXT.replace("\n", line_end)
    verification, item = verify(client, text)
    assert (item["status"], item["moved"]["start"]) == ("moved", text.index(SENTENCE))
    assert item["moved"]["section"] == ["Plan of the harbour", "Part one"]
    checked = client.post("/v1/changesets?validate_only=true", json=verification["changeset"])
    assert checked.json()["valid"], checked.text


def test_byte_order_mark_is_no_part_of_a_text(client: httpx.Client) -> None:
    verification, item = verify(client, "\ufeff" + TEXT)
    assert (item["status"], verification["is_cited_text"]) == ("match", True)
    assert (verification["sha256"], verification["changeset"]) == (digest(TEXT), None)


def test_where_the_heading_is_missing_the_place_is_there(client: httpx.Client) -> None:
    text = TEXT.replace("Part one", "Part two")
    _, item = verify(client, text)
    assert (item["status"], item["moved"]) == ("moved", None)
    assert item["nearest"] == {"start": text.index(SENTENCE), "exact": SENTENCE}


@pytest.mark.parametrize("sha256", [digest(TEXT), digest("\ufeff" + TEXT)])
def test_text_is_stored_without_its_byte_order_mark(
    plain_url: str, tmp_path: Path, sha256: str
) -> None:
    bundle = harbour(text="\ufeff" + TEXT, sha256=sha256)
    path = tmp_path / "bundle.json"
    path.write_text("\ufeff" + json.dumps(bundle), encoding="utf-8")
    assert run(plain_url, "load", path).returncode == 0
    assert run(plain_url, "check").stdout.startswith("plan: 1 citation, 1 as they stand")
    with serving(plain_url, scope="write") as client:
        plan = client.get("/v1/documents/plan").json()
        assert plan["text"] == TEXT
        body = json.dumps({"text": "\ufeff" + TEXT, "title": "New"}).encode()
        headers = {"Content-Type": "application/merge-patch+json", "If-Match": '"1"'}
        patched = client.patch(
            "/v1/documents/plan", content=b"\xef\xbb\xbf" + body, headers=headers
        )
        assert (patched.status_code, patched.json()["text"]) == (200, TEXT)


def test_text_of_an_older_base_with_a_byte_order_mark_gives_places(plain_url: str) -> None:
    text = "\ufeff" + TEXT
    # Written below the parsing of requests, as bases of earlier versions have it.
    filled(plain_url, harbour(cite(text), text=text, sha256=digest(text)))
    checked = run(plain_url, "check")
    start = TEXT.index(SENTENCE)
    assert f"moved to {start}–{start + len(SENTENCE)}." in checked.stdout
    with serving(plain_url, scope="write") as client:
        # Whatever else changes, its citations stay as they were counted.
        body = json.dumps({"title": "Plan"}).encode()
        headers = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}
        patched = client.patch("/v1/documents/plan", content=body, headers=headers)
        assert patched.status_code == 200, patched.text
        verification, _ = verify(client, text)
        created = client.post("/v1/changesets", json=verification["changeset"])
        assert created.status_code == 201, created.text
        assert verify(client, text)[1]["status"] == "match"


# A line of a text, and the heading of a section that it is.
HEADINGS = [
    ("Part one  ", "Part one"),
    ("\t Part one\t", "Part one"),
    ("Part\u00a0one\u00a0", "Part one"),
    ("\ufeffPart one", "Part one"),
    ("## Part one", "Part one"),
    ("##\tPart one", "Part one"),
    ("## Part one ##", "Part one"),
    ("## Part one", "## Part one"),
    ("Part one", "## Part one"),
    ("**Part one**", "Part one"),
    ("### **Part one** {#part-one}", "Part one"),
    ("## [Part one](#part-one)", "Part one"),
    ('## <a id="one"></a>Part one', "Part one"),
    ("1\\. Part one", "1. Part one"),
    ("Part one – the eﬃcient", "Part one - the efficient"),
]


@pytest.mark.parametrize(("line", "heading"), HEADINGS)
def test_heading_is_the_words_of_a_line(line: str, heading: str) -> None:
    text = f"A title\n{line}\nA line.\n{SENTENCE}\nThe end.\n"
    quote = Citation.model_validate(cite(text, section=[heading]))
    assert list(find_mistakes(quote, Sections(CitedText(text), quotes=[quote]))) == []


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("1. Part one", "Give the whole line: '1. Part one'."),
        ("Part one and more", "Give the whole line: 'Part one and more'."),
        ("Part two", "in this order."),
    ],
)
def test_part_of_a_line_is_no_heading(line: str, detail: str) -> None:
    text = f"{line}\n{SENTENCE}\nThe end.\n"
    quote = Citation.model_validate(cite(text, section=["Part one"]))
    ((name, message),) = find_mistakes(quote, Sections(CitedText(text), "Part one"))
    assert name == "section"
    assert message.endswith(detail)


def test_message_of_a_refused_quote_says_what_differs() -> None:
    text = TEXT.replace("ffi", "ﬃ").replace("one\n", "one\u00a0\n")
    start = text.index("Eﬃ")
    quote = Citation.model_validate(cite() | {"start": 0, "end": len(SENTENCE)})
    ((name, message),) = find_mistakes(quote, Sections(CitedText(text)))
    assert name == "exact"
    assert f"spelt otherwise at {start}–{start + len(SENTENCE) - 2}" in message
    assert "a latin small ligature ffi (U+FB03) where the quote has 'ffi'" in message


anything = st.text(
    st.sampled_from("aei ïﬃ\u0308\u0301\u00ad\u200b\u00a0\n\r\"“'’-–…１한é²𝒜¨´"), max_size=20
)


@examples(200)
@given(anything, anything, anything)
def test_every_passage_is_found_in_the_folded_text(
    before: str, words: str, after: str
) -> None:
    folded = FoldedText(before + words + after)
    part = fold_spelling(words)
    for start, end in folded.find(part) if part else ():
        span = folded.locate(start, end)
        assert span is not None
        passage = (before + words + after)[slice(*span)]
        assert fold_spelling(passage) == part
        describe_difference(words.strip(), passage)


def test_words_do_not_end_within_a_character() -> None:
    assert not list(FoldedText("cafe\u0301").find("cafe"))
    assert not list(FoldedText("a\ufb03x").find("af"))
    assert list(FoldedText("a\ufb03x").find("affi")) == [(0, 4)]


@examples(100)
@given(anything)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_spelling(fold_spelling(text)) == fold_spelling(text)
    assert same_words(text, fold_spelling(text))


@pytest.mark.skipif(not DRAFTING.exists(), reason="the documents are not in the repository")
def test_headings_of_a_real_plan_need_no_marks() -> None:
    text = (DRAFTING / "us-fds-2021-agency-actions.md").read_bytes().decode()
    heading = "Action 2: Mature Data Governance"
    assert f"### {heading} \n" in text
    assert read_heading(heading) in CitedText(text).headings


def test_command_line_is_told_which_document_a_text_is_of(
    harbour_url: str, tmp_path: Path
) -> None:
    changed = tmp_path / "new.txt"
    changed.write_text("A line.\n" + TEXT, encoding="utf-8")
    unnamed = error_of(run(harbour_url, "check", "--document", changed))
    assert f"--document SLUG={changed}" in unnamed
    named = run(harbour_url, "check", "--document", f"plan={changed}")
    assert named.stdout.startswith("plan: 1 citation, 0 as they stand, 1 moved, 0 missing")
    absent = error_of(run(harbour_url, "check", "--document", f"plam={changed}"))
    assert "no document 'plam'. Did you mean 'plan'?" in absent
    bundle = fictional.write(tmp_path / "bundle.json", harbour())
    for argument, detail in (
        (changed, f"--document SLUG={changed}"),
        (f"plan={changed}", "document 'plan' has"),
        (f"plam={changed}", "no document 'plam'. Did you mean 'plan'?"),
    ):
        finished = run(harbour_url, "check", bundle, "--document", argument)
        assert (finished.returncode, detail in finished.stderr) == (1, True), finished
    twice = run(harbour_url, "check", "--document", f"plan={changed}", "--document", "plan=x")
    assert (twice.returncode, "'plan' is given two files" in twice.stderr) == (2, True)


def test_existing_file_may_look_like_a_named_one(harbour_url: str, tmp_path: Path) -> None:
    bundle = fictional.write(tmp_path / "bundle.json", harbour())
    path = tmp_path / "plan=1.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert check_bundle(bundle, [path]).problems == []
    assert run(harbour_url, "check", bundle, "--document", path).returncode == 0


@pytest.mark.parametrize(
    ("content", "difference"),
    [
        (TEXT.replace("\n", "\r\n"), "has CRLF line ends"),
        (TEXT.replace("\n", "\r"), "has CR line ends"),
        (TEXT.removesuffix("\n"), "lacks a last line break"),
        (TEXT + "\n", "ends in a line break"),
        ("\ufeff" + TEXT.replace("\n", "\r\n"), "has CRLF line ends"),
    ],
)
def test_file_with_other_line_ends_is_the_cited_text(
    harbour_url: str, tmp_path: Path, content: str, difference: str
) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(content.encode())
    bundle = fictional.write(tmp_path / "bundle.json", harbour())
    checked = run(harbour_url, "check", "--document", path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("plan: 1 citation, 1 as they stand")
    assert f"{path} {difference}, which the cited text has not." in checked.stdout
    bundled = run(harbour_url, "check", bundle, "--document", path)
    assert (bundled.returncode, bundled.stderr) == (0, "")
    assert "1 citation, 1 compared with a text" in bundled.stdout
    assert f"{path} {difference}, which the cited text has not." in bundled.stdout


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (TEXT.encode("utf-16"), "is not UTF-8: it begins as UTF-16 does. Save it as UTF-8."),
        (TEXT.encode("utf-16-le"), "is not UTF-8: byte 0xef at "),
        (
            "A plan.".encode("utf-16-be"),
            "contains U+0000, which no text has. If it is UTF-16",
        ),
        (TEXT.encode("cp1252"), "is not UTF-8: byte 0xef at "),
    ],
)
def test_other_encodings_are_one_clear_line(
    client: httpx.Client, harbour_url: str, tmp_path: Path, content: bytes, detail: str
) -> None:
    path = tmp_path / "text"
    path.write_bytes(content)
    for arguments in (("--document", path), ("--document", f"plan={path}"), (path,)):
        error = error_of(run(harbour_url, "check", *arguments))
        assert error.startswith(f"communique: {path} {detail}"), error
        assert error.count("\n") == 1
    answer = client.post("/v1/documents/plan/verify", content=content, headers=PLAIN)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"The body {detail}")


def send(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """What the next command reads from standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))


def test_minus_is_standard_input_and_output(
    plain_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = json.dumps(harbour())
    send(monkeypatch, bundle)
    assert run(plain_url, "check", "-").stdout.endswith("No problems.\n")
    send(monkeypatch, bundle)
    assert run(plain_url, "load", "-").returncode == 0
    assert "Load standard input" in run(plain_url, "log").stdout
    send(monkeypatch, TEXT)
    assert run(plain_url, "check", "--document", "-").returncode == 0
    send(monkeypatch, TEXT)
    path = fictional.write(tmp_path / "bundle.json", harbour())
    assert run(plain_url, "check", path, "--document", "plan=-").returncode == 0
    exported = run(plain_url, "export", "-").stdout
    assert json.loads(exported).keys() >= harbour().keys()
    send(monkeypatch, run(plain_url, "schema").stdout)
    assert run(plain_url, "schema", "--check", "-").returncode == 0
    send(monkeypatch, "{}")
    assert "Standard input is not current" in error_of(
        run(plain_url, "schema", "--check", "-")
    )
    send(monkeypatch, "{")
    assert "Standard input is not JSON" in error_of(run(plain_url, "load", "-"))
    twice = run(plain_url, "check", "-", "--document", "-")
    assert (twice.returncode, "can be read once" in twice.stderr) == (2, True)
