"""The ten inputs that go wrong easily, on texts that are made up."""

from app.drafts.draft import Options
from app.drafts.proposals import Flag
from tests.helpers.drafting import (
    Claim,
    claims_in,
    draft_markdown,
    find_entry,
    words_of,
)

PROSE = Options(with_prose=True)


def test_lead_in_lasts_until_its_colon_has_a_list() -> None:
    draft = draft_markdown(
        "# Report\n\nIt is recommended that the ministry:\n\n"
        "The council heard three experts on this.\n\n"
        "- Open a second harbour office\n- Publish the fees\n"
    )
    assert [claim.modality for claim in claims_in(draft)] == ["recommended"] * 2
    assert Flag.LATE_LEAD_IN in find_entry(draft, "Open a second").proposal.flags


def test_prose_after_the_list_ends_its_lead_in() -> None:
    draft = draft_markdown(
        "It is recommended that the ministry:\n\n- Publish the fees\n\n"
        "The council met in spring.\n\n- Opening of the harbour office\n"
    )
    assert [claim.modality for claim in claims_in(draft)] == ["recommended", "stated"]


TWO_HEADS = """<html lang="en"><body><h1>Plan</h1><table>
<tr><th rowspan="2">Action</th><th colspan="2">Timeline</th></tr>
<tr><th>Start</th><th>End</th></tr>
<tr><td>Build a harbour wall</td><td>2026</td><td>2028</td></tr>
</table></body></html>"""


def test_second_row_of_a_head_is_no_data() -> None:
    draft = draft_markdown(TWO_HEADS)
    assert claims_in(draft) == [
        Claim("initiative", "Build a harbour wall", "stated", None),
        Claim("timeline_item", "Build a harbour wall", "stated", "2026 – 2028"),
    ]
    item = find_entry(draft, "Build a harbour wall", "timeline_item").record
    assert (item["start_edtf"], item["end_edtf"]) == ("2026", "2028")


BANDS = """<html lang="en"><body><h1>Plan</h1><table>
<tr><th>Area</th><th>Measure</th></tr>
<tr><td colspan="2">Harbours</td></tr>
<tr><td></td><td>Build a wall</td></tr>
<tr><td>Lighthouses</td><td>Renew the lamps</td></tr>
<tr><td></td><td>Train two keepers</td></tr>
</table></body></html>"""


def test_band_and_empty_cells_set_the_focus_area() -> None:
    draft = draft_markdown(BANDS)
    areas = {words_of(entry): entry.record["focus_area_slugs"] for entry in draft.select()}
    assert areas == {
        "Build a wall": ["harbours"],
        "Renew the lamps": ["lighthouses"],
        "Train two keepers": ["lighthouses"],
    }


def test_negated_and_conditional_plans_are_never_in_the_draft() -> None:
    draft = draft_markdown(
        "# Notice\n\nThe government will not extend the scheme. If funding is approved, the agency "
        "could open an office by 2027.\n",
        PROSE,
    )
    assert not claims_in(draft)
    assert Flag.NEGATED in find_entry(draft, "The government will not").proposal.flags
    assert Flag.CONDITIONAL in find_entry(draft, "If funding").proposal.flags


def test_demand_of_others_is_no_claim_of_the_document() -> None:
    draft = draft_markdown(
        "# Notice\n\nCritics had called on the city to close the road by 2026, which she rejected. "
        "“The city will close every road in the old town by next year,” said the chair.\n",
        PROSE,
    )
    assert not claims_in(draft)
    for entry in draft.entries:
        assert {Flag.REPORTED, Flag.QUOTED} & set(entry.proposal.flags)
        assert entry.proposal.score < 0.5


def test_bare_past_and_are_to_are_read_and_an_evaluation_is_none() -> None:
    draft = draft_markdown(
        "# Report\n\nEmissions fell by 12% in 2023. Emissions are to fall by 55% by 2030. "
        "The 2030 target was missed.\n",
        PROSE,
    )
    modalities = {words_of(entry): entry.proposal.modality for entry in draft.select()}
    assert modalities == {
        "Emissions fell by 12% in 2023.": "occurred",
        "Emissions are to fall by 55% by 2030.": "prospective",
    }


def test_sentence_above_a_rule_is_no_heading() -> None:
    draft = draft_markdown(
        "# Plan\n\nThe council will build a second harbour wall.\n---\n\nThe next page.\n",
        PROSE,
    )
    assert claims_in(draft) == [
        Claim(
            "initiative", "The council will build a second harbour wall.", "prospective", None
        )
    ]


def test_item_that_is_cut_by_a_line_break_is_one_claim() -> None:
    draft = draft_markdown(
        "# Plan\n\nThe measures are:\n\n- Reduce waste from hotels and\nrestaurants by half\n"
    )
    assert [claim.words for claim in claims_in(draft)] == [
        "Reduce waste from hotels and restaurants by half"
    ]


YEARS = """# Plan

## Timeline

**2017**

- August 14: deadline for comments
- Six months later: final text

Agencies shall:

- Submit a list within 30 days of the issuance of this directive
"""


def test_year_of_a_heading_and_the_day_of_an_event() -> None:
    draft = draft_markdown(YEARS)
    deadline = find_entry(draft, "deadline for comments", "timeline_item").record
    assert (deadline["wording"], deadline["start_edtf"]) == ("August 14", "2017-08-14")
    assert "2017" in deadline["derived"]["start_edtf"]
    later = find_entry(draft, "Submit a list", "timeline_item").record
    assert later["wording"] == "within 30 days of the issuance of this directive"
    assert later["start_edtf"] is None
    assert "the issuance of this directive" in later["derived"]["end_kind"]


def test_year_of_a_heading_does_not_date_what_hangs_on_another_event() -> None:
    draft = draft_markdown(YEARS)
    final = find_entry(draft, "final text", "timeline_item").record
    assert (final["wording"], final["start_edtf"]) == ("Six months later", None)
    assert Flag.UNREAD_TIME in find_entry(draft, "final text", "timeline_item").proposal.flags


def test_sentence_is_split_where_each_part_has_a_time() -> None:
    draft = draft_markdown(
        "# Plan\n\nThe programme will train 200 officers by 2026, open two centres by 2027 and, "
        "subject to review, double its budget.\n",
        PROSE,
    )
    assert [claim.words for claim in claims_in(draft)] == [
        "The programme will train 200 officers by 2026",
        "open two centres by 2027",
    ]
    budget = find_entry(draft, "subject to review, double its budget")
    assert Flag.CONDITIONAL in budget.proposal.flags
    assert Flag.SEVERAL in budget.proposal.flags


def test_sentence_of_several_actions_without_times_is_one_claim_and_flagged() -> None:
    draft = draft_markdown(
        "# Plan\n\nThe programme will train officers, open two centres and double its budget.\n",
        PROSE,
    )
    entry = find_entry(draft, "The programme will train")
    assert words_of(entry).endswith("double its budget.")
    assert Flag.SEVERAL in entry.proposal.flags
