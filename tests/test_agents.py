"""The tools for agents: their answers, how long these are, and what their errors say."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import mcp_types as types
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from sqlalchemy import Engine

from app.agents.budget import DEFAULT_BYTES, MAX_BYTES, fit, size_of
from app.agents.tools import TOOLS
from app.changes.apply import apply
from app.rules.changes import Change
from app.schemas.record_types import ENTITIES
from app.store.sessions import write_session
from app.text.quotes import digest
from tests.helpers import fictional
from tests.helpers.agents import ADDRESS, VERSIONS, Agent, agent_of, size_as_sent
from tests.helpers.bases import Bases, engine_of
from tests.helpers.paths import SEED

pytestmark = pytest.mark.either_engine

CYBER = "timeline-items/cybersecurity-collaboration-2025-2027"
TRANSFER = "initiatives/promote-technology-transfer"
AMMAN = "documents/nato-expands-presence-in-amman"


@pytest.fixture(scope="module")
def agent(bases: Bases) -> Iterator[Agent]:
    """An agent that reads the seed."""
    with engine_of(bases.make("seeded")) as engine, agent_of(engine) as agent:
        yield agent


@pytest.fixture
def reader(small_url: str) -> Iterator[Agent]:
    """An agent that reads a small fictional base, which a test may write to."""
    with engine_of(small_url) as engine, agent_of(engine) as agent:
        yield agent


def write(agent: Agent, *changes: Change) -> None:
    with write_session(agent.base.engine) as session:
        apply(session, list(changes), "test", "Some changes")


# --- The list of tools ---


@pytest.mark.parametrize("version", VERSIONS)
def test_list_of_tools_is_short_in_each_version(agent: Agent, version: str) -> None:
    with agent_of(
        agent.base.engine, version if version == VERSIONS[0] else "legacy"
    ) as other:
        listed = other.ask(lambda client: client.list_tools())
    assert size_as_sent(listed) <= DEFAULT_BYTES
    assert [tool.name for tool in listed.tools] == list(TOOLS)
    assert list(TOOLS) == ["describe", "search", "fetch", "count", "changes", "check"]
    for tool in listed.tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.input_schema["type"] == "object"
        assert "$ref" not in json.dumps(tool.input_schema)


# --- Answers ---


def test_describe_has_the_words_to_ask_with(agent: Agent) -> None:
    described = agent.answer("describe")
    assert described["revision"] == 1
    assert described["counts"]["initiatives"] == 26
    assert list(described["modalities_from_strong_to_weak"])[-1] == "recommended"
    assert [document["id"] for document in described["documents"]] == [AMMAN]
    areas = {area["slug"]: area for area in described["focus_areas"]}
    assert len(areas) == described["focus_areas_total"] == 19
    assert areas["counter-terrorism"]["name"] == "Counter-terrorism"
    assert set(areas["counter-terrorism"]["aliases"]) == {"counterterrorism", "terrorism"}
    assert "aliases" not in areas["border-security"]
    # A query about training covers its exercises, too.
    assert areas["joint-training-exercises"]["broader"] == ["training"]
    assert "broader" not in areas["training"]


def test_search_results_have_what_research_modes_expect(agent: Agent) -> None:
    page = agent.answer("search", focus_area="Cyber security", type="timeline_item")
    (result,) = page["results"]
    assert result == {
        "id": CYBER,
        "title": "Cybersecurity Collaboration",
        "url": f"{ADDRESS}/{CYBER}",
        "type": "timeline_item",
        "modality": "recommended",
        "focus_areas": ["cybersecurity"],
        "dates": {
            "wording": "2025 Q4 – 2027",
            "start_earliest": "2025-10-01",
            "end_latest": "2027-12-31",
            "end_kind": "dated",
        },
        "quote": "Cybersecurity Collaboration",
        "document": "nato-expands-presence-in-amman",
    }
    assert page["total"] == 1
    assert page["next_cursor"] is None
    assert page["focus_areas_covered"] == {"Cyber security": ["cybersecurity"]}


def test_search_without_a_query_lists_every_claim_once_page_by_page(agent: Agent) -> None:
    ids: list[str] = []
    arguments: dict[str, Any] = {}
    while True:
        page = agent.answer("search", **arguments)
        ids += [result["id"] for result in page["results"]]
        if page["next_cursor"] is None:
            break
        arguments = {"cursor": page["next_cursor"]}
    assert len(ids) == len(set(ids)) == page["total"] == 26 + 17 + 4


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        ({"query": "training", "type": "initiative"}, 4),
        ({"query": " "}, 47),
        ({"modality": "recommended", "type": ["timeline_item"]}, 3),
        ({"overlaps": "2026", "match": "certain", "type": "expected_outcome"}, 2),
        ({"has_expected_outcome": False, "type": "initiative"}, 23),
        ({"office": "nato-liaison-office-amman", "kind": "recommendation"}, 4),
        ({"document": "nato-expands-presence-in-amman", "sort": "-start"}, 47),
        ({"as_of": 1, "query": "Amman", "limit": 1}, 23),
    ],
)
def test_search_has_the_filters_of_the_table(
    agent: Agent, arguments: dict[str, Any], total: int
) -> None:
    assert agent.answer("search", **arguments)["total"] == total


@pytest.mark.parametrize("name", [CYBER, f"/v1/{CYBER}", f"{ADDRESS}/{CYBER}"])
def test_fetch_has_all_citations_of_a_record(agent: Agent, name: str) -> None:
    record = agent.answer("fetch", id=name)
    assert (record["id"], record["url"]) == (CYBER, f"{ADDRESS}/{CYBER}")
    assert record["title"] == "Cybersecurity Collaboration"
    assert "Modality: recommended." in record["text"]
    assert record["metadata"]["start_edtf"] == "2025-36"
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    (source,) = [item for item in seed["timeline_items"] if CYBER.endswith(item["slug"])]
    assert [c["exact"] for c in record["citations"]] == [
        c["exact"] for c in source["citations"]
    ]
    assert record["citations"][0]["supports"] == ["title", "focus_area_slugs"]
    assert record["metadata"]["derived"] == source["derived"]


def test_fetch_reads_the_text_of_a_document_part_by_part(reader: Agent) -> None:
    text = "Every tower is to be painted by spring. " * 200
    write(
        reader,
        fictional.create(
            "document", "decree", title="A decree", text=text, sha256=digest(text)
        ),
    )
    parts = []
    start: int | None = 0
    while start is not None:
        answer = reader.answer("fetch", id="documents/decree", start=start, length=3_000)
        parts.append(answer["text"])
        start = answer["next_start"]
    assert "".join(parts) == text
    assert len(parts) == 3
    assert reader.answer("fetch", id="documents/decree")["next_start"] == 2_000


def test_fetch_has_the_link_of_a_citation(varied_url: str) -> None:
    source = "https://plan.example/science"
    with engine_of(varied_url) as engine, agent_of(engine) as agent:
        id_ = "initiatives/open-data-programme"
        assert "link" not in agent.answer("fetch", id=id_)["citations"][0]
        plan = next(d for d in fictional.varied()["documents"] if d["slug"] == "science-plan")
        derived = {**plan["derived"], "source_url": "fictional"}
        write(
            agent,
            fictional.update(
                "document", **{**plan, "source_url": source, "derived": derived}
            ),
        )
        link = agent.answer("fetch", id=id_)["citations"][0]["link"]
        assert link.startswith(f"{source}#:~:text=")


def test_fetch_says_that_a_text_is_not_held(agent: Agent) -> None:
    assert "no text of this document" in agent.answer("fetch", id=AMMAN)["text"]


def test_count_is_the_crosstab(agent: Agent) -> None:
    table = agent.answer(
        "count", collection="initiatives", rows="focus_area", columns="modality"
    )
    modalities = [column["value"] for column in table["columns"]]
    assert modalities == ["stated", "prospective", "recommended"]
    training = next(row for row in table["rows"] if row["value"] == "training")
    assert dict(zip(modalities, training["counts"], strict=True)) == {
        "stated": 2,
        "prospective": 1,
        "recommended": 1,
    }
    assert table["all"]["total"] == 26
    short = agent.answer(
        "count", collection="initiatives", rows="focus_area", columns="kind", limit=2
    )
    assert (len(short["rows"]), len(short["columns"])) == (2, 2)
    assert short["total_rows"] == table["total_rows"] == 19


def test_changes_are_the_latest_or_those_since(reader: Agent) -> None:
    before = reader.answer("changes")
    assert before["order"] == "latest first"
    write(reader, fictional.create("focus_area", "battlements", name="Battlements"))
    write(reader, fictional.delete("focus_area", "battlements"))
    for since in (before["since"], before["revision"]):
        after = reader.answer("changes", since=since)
        assert [(c["operation"], c["id"]) for c in after["changes"]] == [
            ("create", "focus-areas/battlements"),
            ("delete", "focus-areas/battlements"),
        ]
        assert not after["has_more"]
    assert reader.answer("changes")["changes"][0]["operation"] == "delete"
    first = reader.answer("changes", since=before["revision"], limit=1)
    assert first["has_more"]
    assert reader.answer("changes", since=first["since"])["changes"] == after["changes"][1:]
    assert reader.answer("changes", since=after["since"])["changes"] == []
    by_type = reader.answer("changes", since="0", type="office")
    assert {change["id"].split("/")[0] for change in by_type["changes"]} <= {"offices"}


def test_base_is_read_as_it_was(reader: Agent) -> None:
    write(reader, fictional.create("focus_area", "battlements", name="Battlements"))
    assert reader.answer("fetch", id="focus-areas/battlements")["revision"] == 2
    assert "There is no focus area" in reader.error(
        "fetch", id="focus-areas/battlements", as_of="1"
    )
    assert reader.answer("describe", as_of=1)["revision"] == 1
    assert "There is no revision 9 yet" in reader.error("search", as_of=9)


def test_check_verifies_an_answer_before_a_person_reads_it(agent: Agent) -> None:
    statements = [
        {"quote": "Enhanced tactical readiness", "said_as": "recommended"},
        {"quote": "Enhanced tactical readiness", "said_as": "prospective"},
        {"quote": "Enhanced strategic readiness"},
        {"quote": "2025 Q4 – 2027", "record": f"{ADDRESS}/v1/{CYBER}"},
        {"quote": "A wall around Strelsau"},
    ]
    checked = agent.answer("check", statements=statements)
    assert (checked["passed"], checked["failed"]) == (2, 3)
    first, second, third, fourth, fifth = checked["statements"]
    assert first["verdict"] == "verbatim"
    assert first["records"][0] == {
        "id": "expected-outcomes/enhanced-tactical-readiness",
        "title": "Enhanced tactical readiness",
        "modality": "recommended",
        "supports": ["statement", "focus_area_slugs"],
        "overstated": False,
    }
    assert (second["overstated"], second["passes"]) == (True, False)
    assert third["nearest"]["words"] == "Enhanced tactical readiness"
    assert fourth["bears_out_record"] is True
    assert fifth == {"verdict": "not_found", "passes": False}


def test_word_that_differs_is_shown_beside_many_statements(agent: Agent) -> None:
    """Texts are cut then, but not where they differ from the quote."""
    words = (
        "Promoting technology transfer initiatives focused on cybersecurity and surveillance "
        "systems."
    )
    others = [{"quote": "Improved threat detection"}] * 20
    changed = {"quote": words.replace("systems", "programs"), "record": TRANSFER}
    in_capitals = {"quote": words.replace("systems", "SYSTEMS"), "record": TRANSFER}
    checked = agent.answer("check", statements=[changed, in_capitals, *others])
    nearest = checked["statements"][0]["nearest"]
    assert nearest["records"] == [TRANSFER]
    assert nearest["words"].startswith("…")
    assert nearest["words"].endswith("surveillance systems.")
    assert checked["statements"][1]["written"].endswith("surveillance systems")


# --- How long answers are ---


def default_answers(agent: Agent) -> Iterator[tuple[str, int]]:
    yield "describe", agent.call("describe").size
    for query in (None, "training", "NATO", "security"):
        arguments = {} if query is None else {"query": query}
        yield f"search {query}", agent.call("search", **arguments).size
    yield "changes", agent.call("changes").size
    yield "changes since", agent.call("changes", since="0").size
    for rows, columns in (("focus_area", "modality"), ("focus_area", "document")):
        answer = agent.call("count", collection="initiatives", rows=rows, columns=columns)
        yield f"count {rows}", answer.size
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    for entity in ENTITIES.values():
        for record in seed[entity.bundle_key]:
            id_ = f"{entity.collection}/{record['slug']}"
            yield id_, agent.call("fetch", id=id_).size
    quotes = [{"quote": item["statement"]} for item in seed["expected_outcomes"][:10]]
    yield "check", agent.call("check", statements=quotes).size


def test_default_answers_are_short(agent: Agent) -> None:
    sizes = dict(default_answers(agent))
    assert {name: size for name, size in sizes.items() if size > DEFAULT_BYTES} == {}


def long_records() -> list[Change]:
    """Records with texts, labels and quotes as long as the schemas allow."""
    words = "Wörter 言葉 "
    areas = []
    for number in range(60):
        aliases = [f"{words * 40}{number} {index}" for index in range(12)]
        areas.append(
            fictional.create(
                "focus_area", f"area-{number}", name=f"{number}", aliases=aliases
            )
        )
    title = (words * 220)[:2_000]
    initiatives = [
        fictional.create(
            "initiative",
            f"long-{number}",
            title=f"{title[:1_990]} {number}",
            focus_area_slugs=[f"area-{index}" for index in range(60)],
        )
        for number in range(60)
    ]
    return [*areas, *initiatives]


@pytest.mark.accept
def test_no_answer_is_longer_than_the_budget(small_url: str) -> None:
    with engine_of(small_url) as engine, agent_of(engine) as agent:
        write(agent, *long_records())
        sizes = {
            "search": agent.call("search", limit=50).size,
            "search by default": agent.call("search").size,
            "describe": agent.call("describe").size,
            "fetch": agent.call("fetch", id="initiatives/long-1").size,
            "fetch a focus area": agent.call("fetch", id="focus-areas/area-1").size,
            "changes": agent.call("changes", limit=100).size,
            "count": agent.call(
                "count",
                collection="initiatives",
                rows="focus_area",
                columns="document",
                limit=200,
            ).size,
        }
        long = [{"quote": ("Wörter 言葉 " * 1_000)[:10_000]} for _ in range(25)]
        sizes["check"] = agent.call("check", statements=long).size
        # Each letter takes six bytes, and each quote is nearly in the text.
        text = " ".join(f"Замок {number} стоит над рекой" for number in range(2_000))
        document = fictional.create("document", "castles", text=text, sha256=digest(text))
        write(agent, document)
        near = [{"quote": f"{text[n * 900 : n * 900 + 900]} лжи"} for n in range(25)]
        checked = agent.call("check", statements=near)
        assert {item["verdict"] for item in checked.content["statements"]} == {"differs"}
        sizes["check of quotes that differ"] = checked.size
    assert {name: size for name, size in sizes.items() if size > MAX_BYTES} == {}
    assert sizes["search by default"] <= DEFAULT_BYTES
    assert sizes["describe"] <= DEFAULT_BYTES


@pytest.mark.parametrize("count", [1, 7, 500])
def test_answer_has_as_many_items_as_fit(count: int) -> None:
    answer = fit(lambda number: {"items": ["x" * 100] * number}, count, 2_000)
    items = len(answer["items"])
    assert 1 <= items <= count
    assert size_of(answer) <= 2_000
    assert items == count or items >= 4


# --- Errors ---


@pytest.mark.parametrize(
    ("tool", "arguments", "detail"),
    [
        ("search", {"focus_area": "trainin"}, "Did you mean 'training'?"),
        ("search", {"quary": "x"}, "Argument 'quary' is unknown here. Did you mean 'query'?"),
        ("search", {"modality": "sure"}, "Argument 'modality/0': 'sure' is not one of its"),
        ("search", {"limit": 51}, "Argument 'limit': 51 is more than 50."),
        ("search", {"sort": "name"}, "Argument 'sort/0': 'name' is not one of its values."),
        ("search", {"overlaps": "soon"}, "Argument 'overlaps'"),
        ("search", {"cursor": "x"}, "cursor"),
        ("search", {"document": "nato"}, "There is no document 'nato'."),
        ("search", {"match": "certain"}, "'match' says how"),
        ("search", {"query": "a\0b"}, "U+0000"),
        ("fetch", {}, "Argument 'id' is required."),
        ("fetch", {"id": "training"}, "'training' is not COLLECTION/SLUG"),
        ("fetch", {"id": "http://["}, "Invalid IPv6 URL"),
        ("fetch", {"id": "offices/nato"}, "There is no office 'nato'."),
        ("count", {"collection": "offices", "rows": "kind", "columns": "city"}, "'columns'"),
        (
            "count",
            {"collection": "offices", "rows": "kind", "columns": "country"},
            "dimension",
        ),
        ("changes", {"since": "99"}, "There is no revision 99 yet"),
        ("check", {"statements": []}, "Argument 'statements' is empty."),
        ("check", {"statements": [{"quote": "x"}] * 26}, "26 values, and 25 are allowed"),
        ("check", {"statements": [{"quote": "x" * 10_001}]}, "10000 are allowed"),
        (
            "check",
            {"statements": [{"quote": "x", "said_as": "sure"}]},
            "statements/0/said_as",
        ),
    ],
)
def test_mistake_is_named_in_text(
    agent: Agent, tool: str, arguments: dict[str, Any], detail: str
) -> None:
    assert detail in agent.error(tool, **arguments)


def test_unknown_tool_is_an_error_of_the_protocol(agent: Agent) -> None:
    with pytest.raises(MCPError, match=r"There is no tool 'fetsh'\. Did you mean 'fetch'\?"):
        agent.call("fetsh")


def test_failure_of_the_database_names_no_path(plain_url: str) -> None:
    with engine_of(plain_url) as engine, agent_of(engine) as agent:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE initiative RENAME TO lost")
        text = agent.error("describe")
    assert text == "The database does not respond. Try again in a moment."


# --- Resources, the prompt and completion ---


async def list_resources(cursor: str | None, client: Client) -> types.ListResourcesResult:
    return await client.list_resources(cursor=cursor)


def test_resources_are_the_addresses_of_all_records(agent: Agent) -> None:
    uris: list[str] = []
    cursor: str | None = None
    while True:
        page = agent.ask(partial(list_resources, cursor))
        uris += [resource.uri for resource in page.resources]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(uris) == len(set(uris)) == 1 + 1 + 19 + 26 + 17 + 4
    assert f"{ADDRESS}/v1/{CYBER}" in uris
    read = agent.ask(lambda client: client.read_resource(f"{ADDRESS}/v1/{CYBER}"))
    (contents,) = read.contents
    assert isinstance(contents, types.TextResourceContents)
    record = json.loads(contents.text)
    assert record["url"] == f"/v1/{CYBER}"
    assert len(record["citations"]) == 4


@pytest.mark.parametrize(
    ("uri", "detail"),
    [
        (f"{ADDRESS}/v1/offices/nato", "There is no office 'nato'."),
        ("https://other.example/v1/offices/nato", "those of this server begin with"),
        (f"{ADDRESS}/v1", "is not COLLECTION/SLUG"),
    ],
)
def test_absent_resource_is_named(agent: Agent, uri: str, detail: str) -> None:
    with pytest.raises(MCPError, match=detail):
        agent.ask(lambda client: client.read_resource(uri))


def test_prompt_asks_for_checked_quotes(agent: Agent) -> None:
    (prompt,) = agent.ask(lambda client: client.list_prompts()).prompts
    asked = {"question": "What is recommended?", "focus_area": "Training"}
    written = agent.ask(lambda client: client.get_prompt(prompt.name, asked))
    content = written.messages[0].content
    assert isinstance(content, types.TextContent)
    assert "What is recommended?" in content.text
    assert "'Training'" in content.text
    assert "`check`" in content.text
    with pytest.raises(MCPError, match="'question' is required"):
        agent.ask(lambda client: client.get_prompt(prompt.name, {}))


@pytest.mark.parametrize(
    ("argument", "beginning", "values"),
    [
        ("focus_area", "counter", ["Counter-terrorism", "counterterrorism"]),
        ("focus_area", "CYBER s", ["cybersecurity", "Cybersecurity Collaboration"]),
        ("focus_area", "100%", []),
        ("slug", "joint", ["joint-training-exercises", "joint-security-operations"]),
        ("collection", "off", ["offices"]),
        ("question", "w", []),
    ],
)
def test_completion(agent: Agent, argument: str, beginning: str, values: list[str]) -> None:
    reference = types.PromptReference(name="cited_answer")
    completed = agent.ask(
        lambda client: client.complete(reference, {"name": argument, "value": beginning})
    )
    assert set(values) <= set(completed.completion.values)
    assert bool(completed.completion.values) is bool(values)


@pytest.mark.parametrize(
    ("collection", "values"), [("focus-areas", ["training"]), ("offices", [])]
)
def test_completion_knows_the_collection(
    agent: Agent, collection: str, values: list[str]
) -> None:
    reference = types.ResourceTemplateReference(uri=f"{ADDRESS}/v1/{{collection}}/{{slug}}")
    completed = agent.ask(
        lambda client: client.complete(
            reference,
            {"name": "slug", "value": "traini"},
            context_arguments={"collection": collection},
        )
    )
    assert completed.completion.values == values


@pytest.fixture
def bare(empty: Engine) -> Iterator[Agent]:
    with agent_of(empty) as agent:
        yield agent


def test_empty_base_is_no_error(bare: Agent) -> None:
    assert bare.answer("describe")["counts"]["documents"] == 0
    assert bare.answer("search")["results"] == []
    assert bare.answer("changes")["changes"] == []
    checked = bare.answer("check", statements=[{"quote": "x", "said_as": "stated"}])
    assert checked["statements"] == [{"verdict": "not_found", "passes": False}]
