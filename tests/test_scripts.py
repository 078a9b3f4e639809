"""Full text in scripts other than Latin: what a query finds in a text, what not, and why."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.changes.apply import apply
from app.store.sessions import write_session
from app.text.folding import fold_word
from app.text.highlight import highlight
from app.text.quotes import digest
from app.text.tokens import parse_query
from tests.helpers import fictional
from tests.helpers.bases import Bases, engine_of, filled
from tests.helpers.examples import examples
from tests.helpers.paths import ROOT
from tests.helpers.servers import serving

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")


class Row(NamedTuple):
    """A text, the queries that find it, those that do not, and why they do not."""

    script: str
    text: str
    finding: tuple[str, ...]
    missing: tuple[str, ...]
    reason: str


# The table of docs/querying.md, which a test compares with it.
TABLE = [
    Row(
        "Arabic",
        "خُطّة التَّعاون",
        ("خطة", "خُطَّة", "التعاون", "خطة التعاون", "التعا*"),
        ("خطه", "تعاون"),
        "ة is another letter than ه; the article is a part of the word, and stems are English",
    ),
    Row(
        "Arabic",
        "إستراتيجية الحكـــومة إلى ٢٠٣٠",
        ("استراتيجية", "أستراتيجية", "الحكومة", "الي", "2030", "۲۰۳۰"),
        ("الحكومات",),
        "another form of the word",
    ),
    Row(
        "Persian",
        "سیاست‌های کشور",
        ("سياستهاي", "سیاستهای", "كشور"),
        ("سیاست", "های"),
        "a zero-width non-joiner is within a word; use `سیاست*`",
    ),
    Row(
        "Urdu",
        "قومی پالیسی",
        ("قومي", "پاليسي"),
        ("باليسي",),
        "پ is another letter than ب",
    ),
    Row(
        "Hebrew",
        "תָּכְנִית לְאֻמִּית",
        ("תכנית", "לאמית", "תָּכְנִית"),
        ("תוכנית",),
        "written with another letter",
    ),
    Row(
        "Cyrillic",
        "Отчёт о районе",
        ("отчет", "ОТЧЁТ", "районе", "отч*", '"отчет о районе"'),
        ("раионе", "отчёты"),
        "й is another letter than и; another form of the word",
    ),
    Row(
        "Cyrillic",
        "Стратегія Києва",
        ("стратегія", "КИЄВА"),
        ("стратегия", "киева"),
        "і is another letter than и, and є than е",
    ),
    Row(
        "Greek",
        "Σχέδιο για τους ωκεανούς, προϊόν",
        ("σχεδιο", "ΣΧΕΔΙΟ", "ωκεανους", "ΩΚΕΑΝΟΎΣ", "ωκεανουσ", "προιον", "ωκε*"),
        ("ωκεανός",),
        "another form of the word",
    ),
    Row(
        "Greek",
        "Ἡ Ἑλλὰς καὶ ᾠδή",
        ("η ελλας", "ωιδη", "και"),
        ("ωδη", "ελλαδα"),
        "an iota below a letter is read as a letter; another form of the word",
    ),
    Row(
        "Chinese",
        "推动可持续发展的行动计划",
        ("可持续", "发展", "行动计划", "划", "持续 计划", '"行动计划"', "行动*", "续发"),
        ("动发", "可持續", "kechixu"),
        "not side by side in the text; Traditional characters are others; no transcription",
    ),
    Row(
        "Chinese",
        "第３条：北京、上海的港口",
        ("第3条", "3条", "北京", "上海", "港口", '"北京、上海"', "海的"),
        ("第30条", "京上", "条北"),
        "another number; no word goes over punctuation",
    ),
    Row(
        "Japanese",
        "ﾊﾟﾘ協定とデータ・センターの整備",
        ("パリ", "パリ協定", "協定", "データセンター", "センター", "ﾃﾞｰﾀ", "定と", "備"),
        ("バリ", "ハリ", "ぱり", "データー", "協整"),
        "voicing marks are kept; hiragana is not katakana; a long vowel is a character",
    ),
    Row(
        "Japanese",
        "目　次 計画",
        ("目次", "次計", "目次計画"),
        ("目計",),
        "spaces only lay out a text without words",
    ),
    Row(
        "Korean",
        "직업교육을 위한 협력과 학교",
        ("교육", "협력", "직업교육", "협력과", '"협력과 학교"', "교육을 위한", "협*"),
        ("과학", "교협", "협려"),
        "no word goes over a space; a syllable is whole",
    ),
    Row(
        "Thai",
        "นโยบายการศึกษา",
        ("นโยบาย", "การศึกษา", "ศึกษา", "นโยบาย*"),
        ("ศกษา", "ศึกสา", "ศ"),
        "vowel signs are kept; a query begins and ends at a whole letter with its signs",
    ),
    Row(
        "Thai",
        "แผนปี ๒๕๗๓ของรัฐ",
        ("2573", "๒๕๗๓", "ปี๒๕๗๓", "ของรัฐ", "แผนปี 2573"),
        ("257", "573"),
        "digits are of numbers, which are whole",
    ),
    Row(
        "Khmer",
        "គោលនយោបាយ\u200bអប់រំ",
        ("អប់រំ", "នយោបាយ", "គោលនយោបាយអប់រំ"),
        ("អបរំ",),
        "signs are kept",
    ),
    Row(
        "Devanagari",
        "राष्ट्रीय शिक्षा नीति २०३०",
        ("शिक्षा", "नीति", "2030", "राष्ट्रीय", "शिक्ष*"),
        ("शक्षा", "शिक्ष", "निति"),
        "vowel signs are kept",
    ),
    Row(
        "Tamil",
        "கல்வி திட்டம்",
        ("கல்வி", "திட்டம்"),
        ("கலவி",),
        "the virama is kept",
    ),
]


def _rows() -> Iterator[tuple[str, int, str, bool]]:
    for number, row in enumerate(TABLE):
        for query in row.finding:
            yield row.script, number, query, True
        for query in row.missing:
            yield row.script, number, query, False


@pytest.fixture(scope="module")
def written(bases: Bases) -> Iterator[httpx.Client]:
    """A client of a server over an initiative for each text, and one for its decomposed form."""
    initiatives = []
    for number, row in enumerate(TABLE):
        for form in FORMS:
            title = unicodedata.normalize(form, row.text)
            slug = f"text-{number}-{form.lower()}"
            initiatives.append(fictional.record("initiative", slug, title=title))
    bundle = fictional.base(initiatives=initiatives)
    with serving(filled(bases.make("empty"), bundle)) as client:
        yield client


@pytest.mark.parametrize(("script", "number", "query", "is_found"), list(_rows()))
@pytest.mark.parametrize("form", FORMS)
def test_what_is_found_in_a_script(
    written: httpx.Client, script: str, number: int, query: str, is_found: bool, form: Form
) -> None:
    typed = unicodedata.normalize(form, query)
    page = written.get("/v1/initiatives", params={"q": typed}).raise_for_status().json()
    snippets = {}
    for item in page["items"]:
        if item["slug"].startswith(f"text-{number}-"):
            snippets[item["slug"]] = item["snippet"]
    assert len(snippets) == (2 if is_found else 0), script
    for snippet in snippets.values():
        marked = fold_word("".join(re.findall("<mark>(.*?)</mark>", snippet, re.DOTALL)))
        words = fold_word(query)
        assert marked.startswith(words) if query.endswith("*") else marked == words


def write_table() -> str:
    """The table in Markdown."""
    lines = [
        "| script | text | found by | not found by | because |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in TABLE:
        finding = ", ".join(f"`{query}`" for query in row.finding)
        missing = ", ".join(f"`{query}`" for query in row.missing)
        cells = " | ".join((row.script, row.text, finding, missing, row.reason))
        lines.append(f"| {cells} |")
    return "\n".join(lines) + "\n"


def test_table_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "querying.md").read_text(encoding="utf-8")
    section = page.partition("### Other scripts")[2]
    assert write_table() in section


CHARACTERS = st.sampled_from("環境保護計画協定")


@examples(200)
@given(text=st.text(CHARACTERS, min_size=1, max_size=8), data=st.data())
def test_every_part_of_a_run_is_found_and_marked_where_it_stands(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = text[start:end]
    snippet = highlight([text], parse_query(part))
    marked: set[int] = set()
    for place in range(len(text)):
        if text.startswith(part, place):
            marked.update(range(place, place + len(part)))
    expected = ""
    for place, character in enumerate(text):
        expected += f"<mark>{character}</mark>" if place in marked else character
    # Places that overlap have one mark, and places side by side have one each.
    assert snippet.replace("</mark><mark>", "") == expected.replace("</mark><mark>", "")


def test_frequent_character_of_a_long_text_does_not_hide_a_word(empty_url: str) -> None:
    """An engine keeps 255 places of a word, and の stands on every line."""
    text = "港の計画。" * 400 + "河の工事。"
    with engine_of(empty_url) as engine, serving(empty_url) as client:
        document = fictional.create("document", "long", text=text, sha256=digest(text))
        with write_session(engine) as session:
            apply(session, [document], "test", "Long")
        for query, total in (("河の", 1), ("の工事", 1), ("河の工事", 1), ("河の計画", 0)):
            page = client.get("/v1/documents", params={"q": query}).json()
            assert page["total"] == total, query
