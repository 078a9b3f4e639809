"""Drafts of fictional documents: what is found, what is left out, and that every quote holds."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from app.bundles.check import check_bundle
from app.drafts import lexicon as lexicons
from app.drafts.draft import Options, draft_document
from app.drafts.lexicon import load_lexicon, read_lexicon
from app.drafts.proposals import Flag
from app.drafts.records import Statement
from app.drafts.rules import PROSE, STRUCTURE
from app.errors import InvalidRequest
from tests.helpers.drafting import (
    claims_in,
    draft_markdown,
    find_entry,
    read_fictional,
    reason_of,
    words_of,
)
from tests.helpers.drafting_gold import only_structure, read_gold, score

DATA = Path(__file__).parent / "data" / "drafting"
# Fictional documents of five kinds, and what their author finds in them. The review of the
# lighthouses was written, and read by its author, before any rule was tried on it.
DOCUMENTS = {
    "minutes": "md",
    "strategy": "html",
    "verordnung": "md",
    "plan": "md",
    "press": "txt",
    "audit": "md",
}
WITH_PROSE = Options(with_prose=True)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_structure_of_document_is_found(name: str) -> None:
    draft = draft_document(read_fictional(DATA / f"{name}.{DOCUMENTS[name]}"))
    rows = read_gold(DATA / f"{name}.json")
    result = score(draft, only_structure(rows), with_prose=False)
    assert result.found == result.rows == result.right_modalities
    assert result.right == result.claims


@pytest.mark.parametrize("name", DOCUMENTS)
def test_prose_of_document_is_found(name: str) -> None:
    draft = draft_document(read_fictional(DATA / f"{name}.{DOCUMENTS[name]}"))
    result = score(draft, read_gold(DATA / f"{name}.json"), with_prose=True)
    assert result.found >= 0.8 * result.rows
    assert result.right >= 0.75 * result.claims


@pytest.mark.parametrize("name", DOCUMENTS)
def test_records_are_accepted_and_all_their_words_are_quoted(name: str) -> None:
    draft = draft_document(read_fictional(DATA / f"{name}.{DOCUMENTS[name]}"))
    text = draft.source.text
    for entry in draft.entries:
        assert not entry.problems
        for citation in entry.record["citations"]:
            assert text[citation["start"] : citation["end"]] == citation["exact"]
        folded = " ".join(text.split())
        assert words_of(entry) in folded


@pytest.mark.parametrize("language", lexicons.list_languages())
def test_lexicon_has_every_key(language: str) -> None:
    assert load_lexicon(language).name


@pytest.mark.parametrize("language", lexicons.list_languages())
def test_every_template_of_a_lexicon_is_a_pattern(language: str) -> None:
    lexicon = load_lexicon(language)
    for templates in list_templates(lexicon):
        # A template that matches no letter would stand everywhere.
        assert lexicon.compile(templates).search("… 1 …") is None, templates


def list_templates(table: BaseModel) -> Iterator[list[str]]:
    """Every list of templates, those of nested tables too."""
    for name in type(table).model_fields:
        value = getattr(table, name)
        if isinstance(value, BaseModel):
            yield from list_templates(value)
        elif isinstance(value, list):
            yield value


def test_lexicon_without_a_key_is_refused(tmp_path: Path) -> None:
    content = (lexicons.FOLDER / "en.toml").read_text(encoding="utf-8")
    path = tmp_path / "xx.toml"
    path.write_text(content.replace("\nnegations = [", "\nnegation = ["), encoding="utf-8")
    with pytest.raises(ValueError, match="negations"):
        read_lexicon(path)


def test_new_language_touches_no_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The words of the invented language are those of English, backwards where the test needs them.
    content = (lexicons.FOLDER / "en.toml").read_text(encoding="utf-8")
    for path in lexicons.FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    invented = content.replace('"shall", "must",', '"llahs", "tsum",')
    (tmp_path / "xx.toml").write_text(invented, encoding="utf-8")
    monkeypatch.setattr(lexicons, "FOLDER", tmp_path)
    assert lexicons.list_languages() == ["de", "en", "fr", "xx"]
    assert "llahs" in load_lexicon("xx").modality.required


def test_language_without_rules_is_refused_by_name() -> None:
    with pytest.raises(InvalidRequest, match="'eo': there are de, en, fr"):
        draft_markdown("# Plano\n", Options(language="eo"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council will open the office and publish a report on it.", "en"),
        ("Le conseil ouvrira le bureau et publiera un rapport sur les travaux.", "fr"),
        ("Der Rat wird das Amt öffnen und einen Bericht zu den Arbeiten vorlegen.", "de"),
    ],
)
def test_language_is_that_of_most_stop_words(text: str, language: str) -> None:
    assert draft_markdown(text).document["language"] == language


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Who pays for the wall?", "a question"),
        ("Join our mailing list", "addressed to the reader"),
        ("harbour@pier.example", "an address or a contact"),
        ("9:30 Coffee", "a time of day in an agenda"),
    ],
)
def test_item_is_left_out_with_its_reason(words: str, reason: str) -> None:
    draft = draft_markdown(f"# Plan\n\n## Harbour\n\n- {words}\n- Build a wall\n")
    assert reason_of(draft, words) == reason
    assert [claim.words for claim in claims_in(draft)] == ["Build a wall"]


def test_section_of_contacts_is_left_out_and_a_duty_is_not() -> None:
    draft = draft_markdown(
        "# Plan\n\n## Contact\n\n- Harbour office, Pier 3\n\n## Duties\n\n- Clean the pier\n"
    )
    assert reason_of(draft, "Harbour office") == "a section without claims"
    assert [claim.modality for claim in claims_in(draft)] == ["required"]


def test_background_gives_duties_only() -> None:
    draft = draft_markdown(
        "# Report\n\n## Background\n\nThe old wall has fallen. Ships must wait outside.\n",
        WITH_PROSE,
    )
    assert [claim.words for claim in claims_in(draft)] == ["Ships must wait outside."]


def test_fields_of_a_form_are_no_claims() -> None:
    draft = draft_markdown(
        "# Duties\n\nAgencies shall:\n\n1. Submit the following information:\n\n"
        "    a. Name\n\n    b. Phone number\n\n2. Keep a register\n"
    )
    assert [claim.words for claim in claims_in(draft)] == [
        "Submit the following information:",
        "Keep a register",
    ]
    assert reason_of(draft, "Phone number") == "a field of a form"


def test_own_words_come_before_the_lead_in() -> None:
    draft = draft_markdown(
        "# Plan\n\nIt is recommended that the city:\n\n- Open a pool\n- Must close the old pool\n"
    )
    assert [claim.modality for claim in claims_in(draft)] == ["recommended", "required"]


def test_heading_of_a_day_dates_what_is_under_it() -> None:
    draft = draft_markdown("# Plan\n\n## 2027\n\n- Open a pool\n")
    item = find_entry(draft, "Open a pool", "timeline_item").record
    assert (item["wording"], item["start_edtf"], item["end_kind"]) == ("2027", "2027", "same")


def test_what_is_immediate_counts_from_the_day_of_the_document() -> None:
    said_on = Options(statement=Statement(said_on=date(2026, 5, 12)))
    table = "# Plan\n\n| Measure | Time |\n|---|---|\n| Open a pool | Immediate |\n"
    unread = find_entry(draft_markdown(table), "Open a pool", "timeline_item")
    assert Flag.UNREAD_TIME in unread.proposal.flags
    read = find_entry(draft_markdown(table, said_on), "Open a pool", "timeline_item")
    assert read.record["start_edtf"] == "2026-05-12~"
    assert read.record["derived"]["start_edtf"]


def test_column_of_deadlines_has_the_latest_day() -> None:
    draft = draft_markdown(
        "# Plan\n\n| Action | Deadline |\n|---|---|\n| Open a pool | June 2027 |\n"
    )
    item = find_entry(draft, "Open a pool", "timeline_item").record
    assert (item["start_edtf"], item["end_edtf"], item["end_kind"]) == (None, "2027-06", "by")
    quotes = [c["exact"] for c in item["citations"] if "end_kind" in c["supports"]]
    assert "Deadline" in quotes


def test_aim_after_the_measure_is_its_outcome_and_before_it_the_focus() -> None:
    after = "# Plan\n\n| Measure | Goal |\n|---|---|\n| Build bays | More people cycle |\n"
    before = "# Plan\n\n| Goal | Measure |\n|---|---|\n| More people cycle | Build bays |\n"
    assert [claim.type for claim in claims_in(draft_markdown(after))] == [
        "initiative",
        "expected_outcome",
    ]
    draft = draft_markdown(before)
    assert [claim.type for claim in claims_in(draft)] == ["initiative"]
    assert list(draft.focus_areas) == ["more-people-cycle"]


def test_column_of_names_without_a_time_is_no_list_of_measures() -> None:
    draft = draft_markdown("# Notes\n\n| Name | City |\n|---|---|\n| Ada Brook | Tarnby |\n")
    assert not draft.entries
    assert reason_of(draft, "Ada Brook") == "no column with claims"


def test_recital_is_left_out() -> None:
    draft = draft_markdown("# Order\n\nRecalling that the pier must be safe,\n", WITH_PROSE)
    assert reason_of(draft, "Recalling") == "a reason or a greeting"


def test_items_of_a_plan_need_no_words_of_their_own() -> None:
    items = "\n\n## Water\n\n- Free taps in parks\n"
    assert claims_in(draft_markdown(f"# Action plan of Tarnby{items}"))
    assert not claims_in(draft_markdown(f"# Portrait of Tarnby{items}"))


def test_date_of_a_name_is_not_the_date_of_the_claim() -> None:
    draft = draft_markdown(
        "# Notice\n\nThe order of 3 May 1998 has been repealed.\n", WITH_PROSE
    )
    assert [claim.type for claim in claims_in(draft)] == ["initiative"]


def test_organization_that_will_help_acts_and_efforts_that_will_help_are_an_outcome() -> None:
    draft = draft_markdown(
        "# Plan\n\nThe office will help small firms. These efforts will help small firms.\n",
        WITH_PROSE,
    )
    assert [claim.type for claim in claims_in(draft)] == ["initiative", "expected_outcome"]


def test_commitment_in_an_evaluation_is_an_objective() -> None:
    draft = draft_markdown(
        "# News\n\nThe visit underscores the city’s commitment to clean water.\n", WITH_PROSE
    )
    entry = find_entry(draft, "the city’s commitment")
    assert words_of(entry) == "the city’s commitment to clean water"
    assert (entry.record["kind"], entry.record["modality"]) == ("objective", "stated")


def test_name_of_what_is_below_is_no_claim() -> None:
    draft = draft_markdown(
        "# Notes of a meeting\n\n## Exchange\n\n- What Worked Best:\n"
        "    - The city opened a help desk\n- Key issues:\n    - Open a second desk\n"
    )
    words = [words_of(entry) for entry in draft.entries]
    assert words == ["The city opened a help desk", "Open a second desk"]


def test_imperative_is_the_verb_of_its_item() -> None:
    draft = draft_markdown(
        "# Notes\n\nThe city should:\n\n- Refine the material based on feedback\n"
    )
    assert [claim.modality for claim in claims_in(draft)] == ["recommended"]


def test_item_of_two_sentences_is_one_claim_with_the_modality_of_the_first() -> None:
    draft = draft_markdown(
        "# Plan\n\n- The city will plant trees. Schools should water them.\n"
    )
    assert [(claim.words, claim.modality) for claim in claims_in(draft)] == [
        ("The city will plant trees. Schools should water them.", "prospective")
    ]


def test_goal_that_is_to_improve_is_stated() -> None:
    draft = draft_markdown("# Plan\n\nThe goal of this plan is to open pools.\n", WITH_PROSE)
    assert [claim.modality for claim in claims_in(draft)] == ["stated"]


def test_claim_is_linked_to_the_focus_areas_that_its_words_name() -> None:
    draft = draft_markdown(
        "# Plan\n\n| Focus area | Initiative |\n|---|---|\n| Harbours | Build a wall |\n\n"
        "Objectives of the plan include:\n\n- Cleaner harbours and beaches\n"
    )
    entry = find_entry(draft, "Cleaner harbours")
    assert entry.record["focus_area_slugs"] == ["harbours"]


def test_office_is_only_what_was_named() -> None:
    text = "# Plan\n\nThe Harbour Office plans:\n\n- A new pier\n"
    assert draft_markdown(text).office is None
    draft = draft_markdown(text, Options(statement=Statement("harbour-office")))
    bundle = draft.make_bundle()
    assert [office["slug"] for office in bundle["offices"]] == ["harbour-office"]
    assert bundle["initiatives"][0]["office_slug"] == "harbour-office"


def test_link_to_a_claim_that_is_not_in_the_bundle_is_null() -> None:
    draft = draft_markdown(
        "# Plan\n\nOn 3 May 2027, the council will open a pool. The pool will open in 2028.\n",
        WITH_PROSE,
    )
    for item in draft.make_bundle()["timeline_items"]:
        assert item["initiative_slug"] is None


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [name for name, _ in (*STRUCTURE, *PROSE)]
    assert len(set(names)) == len(names)


def test_heading_whose_line_repeats_is_named_as_it_stands() -> None:
    # The line "Plan" between the two would be read as a heading, too.
    draft = draft_markdown(
        "Harbour notes\n# Plan\nThe city shall:\nPlan\n# Plan\n- Open a pool by 2030\n"
    )
    assert [area["name"] for area in draft.make_bundle()["focus_areas"]] == ["Plan"]
    assert [entry.problems for entry in draft.entries] == [()] * len(draft.entries)


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "# Plan",
                "## Measures",
                "The city shall:",
                "- Open a pool by 2030",
                "- 3 May: opening",
                "| Action | Date |",
                "|---|---|",
                "| Build | 2027 |",
                "**2027**",
                "Plan",
                "Who?",
                "- ",
                "It will rain “and so on.",
            ]
        ),
        st.text(
            st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40
        ),
    ),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(lines=LINES)
def test_any_text_gives_a_bundle_that_check_accepts(lines: list[str]) -> None:
    # A file without words is refused when it is read.
    draft = draft_markdown("\n".join(["Harbour notes", *lines]), WITH_PROSE)
    with TemporaryDirectory() as folder:
        bundle = Path(folder) / "bundle.json"
        bundle.write_text(json.dumps(draft.make_bundle()), encoding="utf-8")
        text = Path(folder) / "text.txt"
        text.write_bytes(draft.source.text.encode())
        assert not check_bundle(bundle, [text], {}).problems


@pytest.mark.parametrize(
    ("text", "words", "flag"),
    [
        ("Operators must not:\n\n- Store keys in mail", "Store keys in mail", "negated"),
        ("Die Stadt wird nicht:\n\n- Parkplätze bauen", "Parkplätze bauen", "negated"),
        (
            "La commune ne doit pas :\n\n- Vendre les parcelles",
            "Vendre les parcelles",
            "negated",
        ),
        ("## What we are not doing\n\n- Selling the data", "Selling the data", "negated"),
        ("## Out of scope\n\n- Build a pier", "Build a pier", "negated"),
        ("If funds allow, the town will:\n\n- Build a pier", "Build a pier", "conditional"),
        (
            "- Build a pier, subject to funding",
            "Build a pier, subject to funding",
            "conditional",
        ),
        (
            "| Measure | Time |\n|---|---|\n| A pier, subject to funding | 2027 |",
            "A pier, subject to funding",
            "conditional",
        ),
    ],
)
def test_item_that_is_negated_or_depends_is_in_no_draft(
    text: str, words: str, flag: str
) -> None:
    languages = {"Die": "de", "La ": "fr"}
    options = Options(language=languages.get(text[:3], "en"))
    draft = draft_markdown(f"# Plan\n\n{text}\n", options)
    proposed = [entry for entry in draft.entries if words_of(entry) == words]
    assert proposed
    assert not draft.select()
    assert all(Flag(flag) in entry.proposal.flags for entry in proposed)


@pytest.mark.parametrize(
    "text",
    [
        "No later than 1 May 2027, operators shall:\n\n- Build a pier",
        "Measures include but are not limited to:\n\n- Build a pier",
        "Operators must:\n\n- Not build a pier",
        "Operators must:\n\n- If a pier falls, build another",
    ],
)
def test_duty_in_other_words_stays_in_the_draft(text: str) -> None:
    draft = draft_markdown(f"# Plan\n\n{text}\n")
    assert draft.select()


def test_table_after_a_list_is_not_part_of_the_sentence_that_leads_in() -> None:
    table = "| Action | Time |\n|---|---|\n| Open a pool | 2027 |\n"
    lists = "- Build a pier\n\n"
    draft = draft_markdown(f"# Plan\n\nOperators must:\n\n{lists}{table}")
    assert find_entry(draft, "Open a pool", "initiative").proposal.modality == "stated"
    draft = draft_markdown(f"# Plan\n\nOperators must take these measures:\n\n{lists}{table}")
    assert find_entry(draft, "Open a pool", "initiative").proposal.modality == "required"


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("## Recommendations\n\n- The county could lend staff.", "recommended"),
        ("## Measures\n\n- The county could lend staff.", "prospective"),
        ("## Recommendations\n\n- The county will lend staff.", "prospective"),
    ],
)
def test_what_could_be_done_is_advice_in_a_list_of_advice(text: str, modality: str) -> None:
    [claim] = claims_in(draft_markdown(f"# Plan\n\n{text}\n"))
    assert claim.modality == modality


def test_modality_of_a_later_clause_is_not_that_of_the_duty() -> None:
    draft = draft_markdown(
        "# Plan\n\nOperators shall:\n\n"
        "- Submit a plan; operators should review old gateways as well.\n"
        "- Repair the quay. They should tell the owners.\n"
        "- They should mend the roof.\n"
    )
    assert [claim.modality for claim in claims_in(draft)] == [
        "required",
        "required",
        "recommended",
    ]
    assert Flag.SEVERAL in draft.entries[0].proposal.flags


def test_list_below_a_line_of_notes_is_left_out() -> None:
    draft = draft_markdown(
        "# Plan\n\nNotes to editors:\n\n- Last year 30 ships landed here.\n"
    )
    assert not draft.entries
    assert reason_of(draft, "Last year 30 ships landed here.") == "a section without claims"


def test_french_deadline_is_the_latest_day() -> None:
    table = "| Action | Échéance |\n|---|---|\n| Ouvrir trois sentiers | juin 2027 |\n"
    draft = draft_markdown(f"# Plan\n\n{table}", Options(language="fr"))
    item = find_entry(draft, "Ouvrir trois sentiers", "timeline_item").record
    assert (item["start_edtf"], item["end_edtf"], item["end_kind"]) == (None, "2027-06", "by")


@pytest.mark.parametrize(
    ("heading", "modality"),
    [
        ("Actions completed", "occurred"),
        ("Completed actions", "occurred"),
        ("What we have done", "occurred"),
        ("Actions to be completed", "stated"),
    ],
)
def test_what_stands_below_what_was_done_has_occurred(heading: str, modality: str) -> None:
    draft = draft_markdown(f"# Report\n\n## {heading}\n\n- Installed 40 sensors\n")
    assert [claim.modality for claim in claims_in(draft)] == [modality]
