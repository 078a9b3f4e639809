"""Slugs from words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.slugs import make_slug

SLUGS = [
    ("Open data programme", "open-data-programme"),
    ("  2026 – 2027: the Harbour's works!", "2026-2027-the-harbours-works"),
    ("L’État-employeur", "letat-employeur"),
    ("Förderung für Häfen", "forderung-fur-hafen"),
    ("Straße nach Łódź", "strasse-nach-lodz"),
    ("Æther und Œuvre", "aether-und-oeuvre"),
    ("İSTANBUL", "istanbul"),
    ("e\u0301te\u0301 co\u00adoperation", "ete-cooperation"),
    ("Ｆｕｌｌ ｗｉｄｔｈ", "full-width"),
    ("10² of CO₂", "10-2-of-co2"),
    ("北京 Declaration", "declaration"),
    ("Plan ٢٠٣٠", "plan-2030"),
    # No Latin letter.
    ("План 2030", "initiative-1"),
    ("Αθήνα", "initiative-1"),
    ("خطة العمل", "initiative-1"),
    ("東京", "initiative-1"),
    ("2030", "initiative-1"),
    ("!", "initiative-1"),
    ("", "initiative-1"),
]


@pytest.mark.parametrize(("text", "slug"), SLUGS)
def test_slug_has_the_latin_words_of_a_text(text: str, slug: str) -> None:
    assert make_slug(text, set(), "initiative") == slug


def test_slug_that_is_taken_is_counted() -> None:
    assert make_slug("Office", {"office"}, "office") == "office-2"
    assert make_slug("Office", {"office", "office-2"}, "office") == "office-3"
    assert make_slug("計画", {"initiative-1"}, "initiative") == "initiative-2"


def test_long_slug_is_cut_after_a_word() -> None:
    text = "harbour " * 20
    slug = "-".join(["harbour"] * 10)
    assert make_slug(text, set(), "initiative") == slug
    assert make_slug(text, {slug}, "initiative") == f"{slug}"[:-8] + "-2"
    assert make_slug("a" * 79 + " b", set(), "initiative") == "a" * 79
    assert make_slug("a" * 78 + " b", set(), "initiative") == "a" * 78 + "-b"
    assert make_slug("a" * 99, set(), "initiative") == "a" * 80
    assert make_slug("a" * 99, {"a" * 80}, "initiative") == "a" * 78 + "-2"


@given(st.lists(st.text(max_size=100), max_size=5))
def test_slugs_of_any_texts_are_slugs_and_differ(texts: list[str]) -> None:
    taken: set[str] = set()
    for text in [*texts, *texts]:
        slug = make_slug(text, taken, "initiative")
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)
        assert len(slug) <= 80
        assert slug not in taken
        taken.add(slug)
