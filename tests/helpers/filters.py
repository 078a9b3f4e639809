"""Filters with values that mean something on the varied base."""

from hypothesis import strategies as st

from app.catalog.resource import Resource
from app.schemas.filters import MATCH_FILTERS, MODIFIERS, SEARCH_FILTERS
from tests.helpers import fictional

VARIED = fictional.varied()


# What each filter can be given on the varied base.
VALUES: dict[str, list[str]] = {
    "office": [record["slug"] for record in VARIED["offices"]],
    "document": [record["slug"] for record in VARIED["documents"]],
    "initiative": [record["slug"] for record in VARIED["initiatives"]],
    "expected_outcome": [record["slug"] for record in VARIED["expected_outcomes"]],
    "focus_area": ["Research", "open-data", "seatrade", "unused"],
    "broader": ["research", "sea-trade"],
    "country": ["BV", "AQ", "HM"],
    "language": ["en", "fr"],
    "label_language": ["en", "fr", "fr-CA", "de"],
    "voice": ["issuer", "about"],
    "kind": ["objective", "initiative", "cooperation", "recommendation"],
    "modality": ["occurred", "stated", "prospective", "required", "recommended"],
    "slug": [
        "open-data-programme",
        "research-fund",
        "hope",
        "open-data",
        "office-of-science",
    ],
    "identifier": ["ZZ-FICTION-0042", "IATI:ZZ-FICTION-0042", "SDG:17.18", "absent"],
    "updated_since": ["2001-01-01", "2999-01-01"],
    "has_initiative": ["true", "false"],
    "has_expected_outcome": ["true", "false"],
    "has_timeline": ["true", "false"],
    "narrower": ["true", "false"],
    "overlaps": ["2026", "2027-35", "2028/..", "../2025"],
    "active_on": ["2026-04-21", "2027-09-30", "2031-01-01"],
    "starts_after": ["2025", "2026-04-21", "2027-34"],
    "starts_before": ["2026-05", "2027-09-01"],
    "ends_after": ["2026-04-21", "2027-09"],
    "ends_before": ["2026-04-22", "2028"],
    "end_kind": ["dated", "by", "open", "unknown", "same"],
    "due_before": ["2027-01-01", "2028-01-01"],
    "due_after": ["2026-12-31", "2025-01-01"],
    "recurrence": ["FREQ=YEARLY", "FREQ=MONTHLY;INTERVAL=3"],
    "has_recurrence": ["true", "false"],
    "has_office": ["true", "false"],
    "has_city": ["true", "false"],
    "has_country": ["true", "false"],
    "precision": ["day", "quarter", "year"],
    "approximate": ["true", "false"],
    "match": ["possible", "certain"],
    "q": ["open", "data", "harbour", "trad*", '"data sets"', "merchant", "!"],
}


SINGLE = {
    *MATCH_FILTERS,
    "approximate",
    "q",
    "match",
    "updated_since",
    "has_initiative",
    "has_expected_outcome",
    "has_timeline",
    "has_recurrence",
    "has_office",
    "has_city",
    "has_country",
    "narrower",
}


@st.composite
def filters(draw: st.DrawFn, resource: Resource) -> dict[str, list[str]]:
    """Any of the resource's filters, each with any of its values."""
    names = [
        *resource.where,
        *((MODIFIERS | SEARCH_FILTERS) & set(resource.query.model_fields)),
    ]
    filter_names = draw(st.lists(st.sampled_from(sorted(names)), max_size=4, unique=True))
    return meaningful(
        {
            name: draw(
                st.lists(
                    st.sampled_from(VALUES[name]),
                    min_size=1,
                    max_size=1 if name in SINGLE else 3,
                )
            )
            for name in filter_names
        }
    )


def meaningful(query: dict[str, list[str]]) -> dict[str, list[str]]:
    """The query without what says how an absent filter is meant: that is refused."""
    absent = {
        "narrower": "focus_area" not in query,
        "match": not set(MATCH_FILTERS) & set(query),
    }
    return {name: values for name, values in query.items() if not absent.get(name)}
