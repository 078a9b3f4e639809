"""Labels: which of them are one, which two, and what a question by label finds, on both engines."""

import unicodedata
from collections.abc import Iterator
from itertools import count
from random import Random

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.text.folding import MAX_FORM_BYTES, fold_label, has_letter_or_digit, strict_form
from tests.helpers import fictional
from tests.helpers.bases import Bases, engine_of, filled
from tests.helpers.examples import examples
from tests.helpers.live import Live
from tests.helpers.servers import serving

pytestmark = pytest.mark.either_engine

# What a person would call one label.
SPELLINGS = [
    ("Counter-terrorism", "counterterrorism", "COUNTER TERRORISM", "counter–terrorism."),
    ("COVID-19", "covid 19", "Covid\u201119", "covid_19"),
    ("Section 12(3)", "section 12 (3)", "SECTION １２（３）"),
    ("Target 1.1", "target 1.1.", "«Target 1.1»", "Target １．１"),
    ("R&D", "r & d", "R＆D"),
    ("Ραδιόφωνο ΓΗΣ", "ραδιόφωνο γης"),
    ("パリ協定", "ﾊﾟﾘ協定", "パリ 協定", "ハ\u309aリ協定"),
    ("협력", "\u1112\u1167\u11b8\u1105\u1167\u11a8"),
    ("می\u200cخواهم", "میخواهم"),
    ("الحكومـــة", "الحكومة"),
    ("co\u00adoperation", "co-operation", "Cooperation"),
    ("1. Peace", "1 Peace", "1: peace"),
]
# What is two labels, and finds nothing of the other.
DIFFERENT = [
    ("Article 6.4", "Article 64"),
    ("Target 1.1", "Target 11"),
    ("Section 12(3)", "Section 1(23)"),
    ("Section 3", "Section (3)"),
    ("Target 1.a", "Target 1a"),
    ("1-1", "11"),
    ("1,000", "1000"),
    ("9/11", "911"),
    ("Level -2", "Level 2"),
    ("10²", "102"),
    ("1½", "11/2"),
    ("①②", "12"),
    ("C++", "C#"),
    ("C++", "C"),
    ("A*", "A"),
    ("BBB-", "BBB"),
    ("A\u2212", "A"),
    ("A′", "A"),
    ("5%", "5"),
    ("R&D", "RD"),
    ("パリ協定", "バリ協定"),
    ("はん", "ぱん"),
    ("हिन्द", "हिन्दी"),
    ("কর", "কার"),
    ("கல", "கல்"),
    ("กน", "กิน"),
    ("ปา", "ป่า"),
    ("ភស", "ភាសា"),
    ("ကလ", "ကလေး"),
    ("ລາວ", "ລາ້ວ"),
    ("мой", "мои"),
    ("їжак", "іжак"),
    ("ދވ", "ދިވެ"),
]
# What may be two labels, while either is found by the other where it stands alone.
SIMILAR = [
    ("Förderung", "Forderung"),
    ("Łódź", "Lodz"),
    ("Øresund", "Oresund"),
    ("Đà Nẵng", "Da Nang"),
    ("Diyarbakır", "DIYARBAKIR"),
    ("İstanbul", "Istanbul"),
    ("æther", "Aether"),
    ("Þórshöfn", "Thorshofn"),
    ("œuvre", "oeuvre"),
    ("Maße", "Masse"),
    ("Bakı Gəncə", "Baki Gence"),
    ("Hawaiʻi", "Hawaii"),
    ("Αθήνα", "Αθηνα"),
    ("שָׁלוֹם", "שלום"),
    ("سَلَام", "سلام"),
    ("أحمد", "احمد"),
    ("ایران", "ايران"),
    ("مادة ٦", "مادة 6"),
    ("COVID-19", "covid19"),
    ("самолёт", "самолет"),
]


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: str(spellings[0]))
def test_spellings_of_a_label_have_one_strict_form(spellings: tuple[str, ...]) -> None:
    assert len({strict_form(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("label", "different"), DIFFERENT)
def test_labels_that_say_different_things_share_no_form(label: str, different: str) -> None:
    assert strict_form(label) != strict_form(different)
    assert fold_label(label).loose != fold_label(different).loose


@pytest.mark.parametrize(("label", "typed"), SIMILAR)
def test_accents_and_special_letters_are_left_out_of_the_loose_form_only(
    label: str, typed: str
) -> None:
    assert strict_form(label) != strict_form(typed)
    assert fold_label(label).loose == fold_label(typed).loose


# Letters, numbers and separators, so that generated labels are near those of people.
PIECES = [
    *"éøßẞİıςΣﬁﷺʾΑ64²½①٣⒈Ⅳ().,-–−/_\u200b\u00ad'’«»#+&°:־⁄がか한ёйـ\u0301\u3099\u0345 \u00a0",
    "Article",
    "11",
    "ﾊﾟﾘ",
    "\u1112\u1161",
    "นี้",
    "हि",
]
LABELS = st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@given(LABELS)
@example("0-")
@example("A¸")
@example("\u0300\u0345")
def test_strict_form_is_stable_and_decides_the_loose_form(label: str) -> None:
    strict = strict_form(label)
    loose = fold_label(label).loose
    assert strict_form(strict) == strict
    assert fold_label(strict).loose == loose
    assert strict_form(f"«{label}»") == strict
    assert strict_form(unicodedata.normalize("NFC", label)) == strict
    assert strict_form(unicodedata.normalize("NFD", label)) == strict
    assert fold_label(unicodedata.normalize("NFD", label).casefold()).loose == loose


@given(st.lists(st.sampled_from(["Open", "data", "x", "I", " ", "-", "--", ""])).map("".join))
def test_plain_words_are_folded_like_any_label(label: str) -> None:
    # A soft hyphen is invisible, and makes the label none of plain words.
    assert fold_label(label) == fold_label(f"\u00ad{label}")


def test_form_fits_into_an_index_whatever_the_label() -> None:
    longest = "\ufdfa" * 500
    forms = {fold_label(longest), fold_label(longest[1:])}
    assert len({form.strict for form in forms}) == len({form.loose for form in forms}) == 2
    for form in forms:
        assert len(form.loose.encode()) <= MAX_FORM_BYTES


# --- What a question finds ---

AREAS = {
    "article-6-4": "Article 6.4",
    "1-1": "Ending hunger",
    "target-1-1": "Target 1.1",
    "target-11": "Target 11",
    "c-plus-plus": "C++",
    "foerderung": "Förderung",
    "forderung": "Forderung",
    "lodz-city": "Łódź",
    "wasser": "Wässer",
    "waesser": "Wåsser",
    "paris": "パリ協定",
}


@pytest.fixture(scope="module")
def labelled(bases: Bases) -> Iterator[httpx.Client]:
    """A client of a server over focus areas with these names, which no test changes."""
    areas = [fictional.focus_area(slug, name=name) for slug, name in AREAS.items()]
    with serving(filled(bases.make("empty"), fictional.base(focus_areas=areas))) as client:
        yield client


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        *((name, slug) for slug, name in AREAS.items()),
        *((slug, slug) for slug in AREAS),
        ("article 6.4", "article-6-4"),
        ("FORDERUNG", "forderung"),
        ("Fo\u0308rderung", "foerderung"),
        ("Lodz", "lodz-city"),
        ("wasser", "wasser"),  # the slug, although two names are similar
        ("ﾊﾟﾘ協定", "paris"),
    ],
)
def test_label_names_one_focus_area(labelled: httpx.Client, label: str, slug: str) -> None:
    response = labelled.get("/v1/focus-areas", params={"focus_area": label})
    (area,) = response.raise_for_status().json()["query"]["focus_area"]
    assert (area["given"], area["slug"]) == (label, slug)
    path = labelled.get(f"/v1/focus-areas/{label}", follow_redirects=True)
    assert path.raise_for_status().json()["slug"] == slug


def test_historical_base_finds_the_same_labels_and_words(labelled: httpx.Client) -> None:
    for query in ({"focus_area": "Lodz"}, {"q": "lodz"}, {"q": "協定"}):
        now = labelled.get("/v1/focus-areas", params=query).json()
        then = labelled.get("/v1/focus-areas", params={**query, "as_of": "1"}).json()
        slugs = [item["slug"] for item in now["items"]]
        assert [item["slug"] for item in then["items"]] == slugs
        assert len(slugs) == 1


@pytest.mark.parametrize(
    ("label", "hint"),
    [
        ("Article 64", "Did you mean 'Article 6.4'?"),
        ("11", "Did you mean '1-1'?"),
        ("Article 6(4)", "Did you mean 'Article 6.4'?"),
        ("C#", "Known: "),
        ("バリ協定", "Did you mean 'パリ協定'?"),
        ("!!!", "Known: "),
    ],
)
def test_absent_label_is_an_error_with_a_hint(
    labelled: httpx.Client, label: str, hint: str
) -> None:
    for name in ("focus_area", "broader"):
        response = labelled.get("/v1/focus-areas", params={name: label})
        assert response.status_code == 422
        (problem,) = response.json()["errors"]
        assert problem["parameter"] == name
        assert f"There is no focus area {label!r}. {hint}" in problem["detail"]
    assert labelled.get("/v1/focus-areas/Article 64").status_code == 404


def test_label_of_several_focus_areas_is_refused_with_their_names(
    labelled: httpx.Client,
) -> None:
    response = labelled.get("/v1/search", params={"focus_area": "Wǎsser"})
    assert response.status_code == 422
    detail = response.json()["detail"]
    assert detail == (
        "'Wǎsser' may mean 2 focus areas: 'Wåsser' (slug 'waesser'), 'Wässer' (slug 'wasser'). "
        "Give one of these labels or slugs."
    )
    in_path = labelled.get("/v1/focus-areas/Wǎsser")
    assert (in_path.status_code, in_path.json()["detail"]) == (422, detail)


def test_slug_of_a_deleted_focus_area_leads_to_no_similar_label(empty_url: str) -> None:
    areas = [
        fictional.focus_area("foerderung", name="Förderung"),
        fictional.focus_area("forderung", name="Demand"),
    ]
    url = filled(empty_url, fictional.base(focus_areas=areas))
    with engine_of(url) as engine, serving(url) as client:
        live = Live(engine, client)
        assert live.write([fictional.delete("focus_area", "forderung")])
        assert client.get("/v1/focus-areas/forderung").status_code == 410
        assert client.get("/v1/focus-areas/Fórderung").status_code == 307


def can_name(label: str) -> bool:
    return has_letter_or_digit(fold_label(label).loose) and "\0" not in label


NAMES = st.lists(
    (st.text(st.characters(codec="utf-8"), max_size=40) | LABELS).filter(can_name),
    min_size=1,
    max_size=3,
    unique=True,
)
numbers = count()


@examples(15)
@given(NAMES)
@example(["Förderung", "Forderung", "Fo\u0308rderung s"])
@example(["Article 6.4", "Article 64"])
@pytest.mark.accept
def test_both_engines_find_a_name_by_its_forms(shared: Live, names: list[str]) -> None:
    slugs = {name: f"named-{next(numbers)}" for name in names}
    changes = [
        fictional.create("focus_area", slug, name=name) for name, slug in slugs.items()
    ]
    strict_forms = [strict_form(name) for name in names]
    written = shared.write(changes)
    assert written == (len(set(strict_forms)) == len(names))
    if not written:
        return
    loose_forms = [fold_label(name).loose for name in names]
    for name, slug in slugs.items():
        query = {"focus_area": name}
        areas = shared.client.get("/v1/focus-areas", params=query).json()["query"][
            "focus_area"
        ]
        assert [area["slug"] for area in areas] == [slug]
        loose = fold_label(name).loose
        response = shared.client.get("/v1/focus-areas", params={"focus_area": loose})
        is_clear = loose_forms.count(fold_label(loose).loose) == 1
        if is_clear:
            assert response.json()["query"]["focus_area"][0]["slug"] == slug
    assert shared.write([fictional.delete("focus_area", slug) for slug in slugs.values()])


def test_sentence_of_the_united_nations_is_a_name(shared_curator: httpx.Client) -> None:
    sentence = "By 2030, ensure that all learners acquire the knowledge and skills needed. "
    name = (sentence * 5)[:327].strip()
    reasons = {"name": "fictional"}
    body = {"slug": "target-4-7", "name": name, "citations": [], "derived": reasons}
    created = shared_curator.post("/v1/focus-areas", json=body)
    assert created.status_code == 201
    response = shared_curator.get("/v1/focus-areas", params={"focus_area": name.upper()})
    assert [item["slug"] for item in response.json()["items"]] == ["target-4-7"]
    longest = shared_curator.post("/v1/focus-areas", json={**body, "name": "x" * 501})
    assert longest.status_code == 422
    assert "500" in longest.json()["detail"]


def test_longest_name_is_stored_and_found_on_both_engines(shared: Live) -> None:
    """PostgreSQL indexes at most 2,704 bytes of a row."""
    chance = Random(7)
    name = "".join(chance.choice("\ufdfa\ufdfb\ufdf5\ufdf6\ufdf9") for _ in range(500))
    assert shared.write([fictional.create("focus_area", "long-name", name=name)])
    response = shared.client.get("/v1/focus-areas", params={"focus_area": name})
    assert response.json()["query"]["focus_area"][0]["slug"] == "long-name"
    assert shared.write([fictional.delete("focus_area", "long-name")])


@pytest.mark.parametrize(
    ("name", "status"),
    [("Counter terrorism", 422), ("Counter-térrorism", 201), ("Counter-terrorism 2", 201)],
)
def test_strict_form_belongs_to_one_focus_area(
    shared_curator: httpx.Client, name: str, status: int
) -> None:
    path = "/v1/focus-areas"
    reasons = {"name": "fictional"}
    owner = {"slug": "counter-terrorism", "name": "Counter-terrorism", "derived": reasons}
    shared_curator.post(path, json=owner)
    response = shared_curator.post(
        path, json={"slug": "x-x", "name": name, "derived": reasons}
    )
    assert response.status_code == status
    if status == 422:
        assert "already names the focus area 'counter-terrorism'" in response.json()["detail"]
    else:
        version = {"If-Match": response.headers["ETag"]}
        shared_curator.delete(f"{path}/x-x", headers=version)
