"""How fast are files read and drafted, in how much memory, and how much of what careful readers
found is in the drafts?

    .venv/bin/python -m bench.drafting

The gold answers are those of real documents that are not in the repository: `--gold FOLDER` names
a folder with `documents/`, `gold/` and `score.py`.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from app.drafts.draft import draft_document
from app.reading.reader import ReadingLimits, read_file
from app.settings import Settings
from tests.helpers.files import PdfPage, make_pdf, make_word, word_paragraph, word_table

CHARACTERS = 100_000
ROUNDS = 5
PDF_PAGES = 40
PDF_LINES_PER_PAGE = 50
COMMAND = str(Path(sys.executable).with_name("communique"))
SECTION = """## Works of the {number}th quarter

The quarter lies between the old harbour and the upper locks, where the ferries of the northern bank
and the barges of the salt works share one channel. Its {number} streets are narrow and paved with
river stone. Merchants from five provinces keep their stores below the arches, and the market on the
square is the largest of the valley. The walls date from the reign of the third duke, the bridges
from that of his daughter. Floods come in most springs and leave sand in the cellars. Few of the
houses have water of their own, so the fountains are the places where neighbours meet. Maps of the
quarter hang in the hall of the guild, each drawn by another hand and none to the same scale. The
oldest shows an island that nobody remembers, and a tower without a name beside the eastern gate.

The council will repair {number} bridges by 20{year}. It is recommended that the ministry:

- opens a school for ferrymen in 20{year}
- publishes the tolls of {number} roads every year

| Focus area | Measure | Timeline |
| --- | --- | --- |
| Bridges {number} | Inspect every arch | by 30 June 20{year} |
| Roads {number} | Count the carts | 20{year} – ongoing |

"""
# Of a quote, as `score.py` shows it.
_SHOWN_CHARACTERS = 120
_COUNT = re.compile(r"([a-z ]+?) (\d+)/(\d+)=")


class Speed(NamedTuple):
    """Seconds in the median: reading with the start of its process, and drafting."""

    characters: int
    claims: int
    reading: float
    drafting: float


def make_markdown() -> str:
    """A fictional plan of CHARACTERS characters or a little more."""
    sections = ["# Plan of the river ministry\n\n"]
    length = 0
    while length < CHARACTERS:
        number = len(sections)
        section = SECTION.format(number=number, year=f"{26 + number % 20:02}")
        sections.append(section)
        length += len(section)
    return "".join(sections)


def make_files() -> dict[str, bytes]:
    """The same plan in each format."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  (of an extra)

    markdown = make_markdown()
    html = MarkdownIt().enable("table").render(markdown)
    return {
        "plan.md": markdown.encode(),
        "plan.html": f"<main>{html}</main>".encode(),
        "plan.txt": markdown.encode(),
        "plan.docx": make_word(make_word_body(markdown)),
        f"plan of {PDF_PAGES} pages.pdf": make_pdf(make_pages(markdown)),
    }


def make_word_body(markdown: str) -> str:
    """The plan as WordprocessingML: headings, paragraphs, and rows as tables."""
    body = ""
    rows: list[list[str]] = []
    for line in markdown.splitlines():
        if line.startswith("| "):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            # The second row is the line below the head.
            body += word_table([rows[0], *rows[2:]])
            rows = []
        if line:
            style = "Heading1" if line.startswith("#") else None
            body += word_paragraph(line.lstrip("#- "), style)
    return body


def make_pages(markdown: str) -> list[PdfPage]:
    """The first lines of the plan on PDF_PAGES pages, with headings in bold."""
    lines = [line for line in markdown.splitlines() if line]
    pages = []
    for number in range(PDF_PAGES):
        page = PdfPage()
        start = number * PDF_LINES_PER_PAGE
        for row, line in enumerate(lines[start : start + PDF_LINES_PER_PAGE]):
            is_heading = line.startswith("#")
            size = 13 if is_heading else 10
            page.write(60, 60 + 14 * row, line.lstrip("# "), size=size, is_bold=is_heading)
        pages.append(page)
    return pages


def measure_speed(name: str, content: bytes) -> Speed:
    """The medians of ROUNDS rounds."""
    limits = ReadingLimits.from_settings(Settings())
    reading = []
    drafting = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        file = read_file(content, limits, name=name)
        read = time.perf_counter()
        draft = draft_document(file)
        drafting.append(time.perf_counter() - read)
        reading.append(read - start)
    middle = ROUNDS // 2
    return Speed(
        len(file.text), len(draft.entries), sorted(reading)[middle], sorted(drafting)[middle]
    )


class GoldScore(NamedTuple):
    """Over all gold answers: what `score.py` counts, of each name `… of` and `…`; the claims of
    each rule that are in the bundles, and those among them that no gold answer has."""

    totals: Counter[str]
    claims: Counter[str]
    extra: Counter[str]


def score_gold(folder: Path, *options: str) -> GoldScore:
    """Draft each document that has a gold answer, and compare."""
    score = GoldScore(Counter(), Counter(), Counter())
    with TemporaryDirectory() as scratch:
        for gold in sorted((folder / "gold").glob("*.json")):
            name = json.loads(gold.read_text(encoding="utf-8"))["document"]
            (document,) = [
                *folder.glob(f"documents/{name}"),
                *folder.glob(f"../source/{name}"),
            ]
            output = Path(scratch) / gold.stem
            command = [COMMAND, "draft", str(document), "-o", str(output), *options]
            subprocess.run(command, check=True, capture_output=True)
            compare = [sys.executable, "score.py", str(gold), f"{output}.json", "-v"]
            printed = subprocess.run(
                compare, cwd=folder, check=True, capture_output=True, text=True
            )
            for counted, number, total in _COUNT.findall(f"  {printed.stdout}"):
                score.totals[counted.strip()] += int(number)
                score.totals[f"{counted.strip()} of"] += int(total)
            _count_rules(score, Path(f"{output}.draft.json"), printed.stdout)
    return score


def _count_rules(score: GoldScore, draft: Path, printed: str) -> None:
    """Count the claims of a draft by rule. `score.py -v` names the type and the first words of
    those that its gold answer does not have; those that it leaves open are not among them."""
    extra = Counter(line for line in printed.splitlines() if line.startswith("EXTRA "))
    for proposal in json.loads(draft.read_text(encoding="utf-8"))["proposals"]:
        if not proposal["in_draft"]:
            continue
        record = proposal["record"]
        main = "statement" if "statement" in record else "title"
        quotes = [quote for quote in record["citations"] if main in quote["supports"]]
        line = f"EXTRA {proposal['type']} {quotes[0]['exact'][:_SHOWN_CHARACTERS]!r}"
        score.claims[proposal["rule"]] += 1
        if extra[line] > 0:
            extra[line] -= 1
            score.extra[proposal["rule"]] += 1


def describe_drafting(folder: Path | None) -> str:
    """The figures as a list in Markdown; `folder` has the gold answers."""
    lines = []
    for name, content in make_files().items():
        speed = measure_speed(name, content)
        rate = speed.characters / (speed.reading + speed.drafting)
        lines.append(
            f"{name}: {speed.characters:,} characters, {speed.claims} proposals; read in "
            f"{speed.reading:.2f} s, drafted in {speed.drafting:.2f} s: {rate:,.0f} a second"
        )
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    lines.append(f"memory of the process that reads: {reader} MB")
    if folder is None:
        lines.append("recall and precision: not measured, as no gold answers were given")
        return _list_lines(lines)
    for options in ((), ("--prose",)):
        score = score_gold(folder, *options)
        totals = score.totals
        names = [name for name in totals if not name.endswith(" of")]
        figures = [f"{name} {totals[name]}/{totals[f'{name} of']}" for name in sorted(names)]
        name = " ".join(options) or "structure alone"
        lines.append(f"{name}: {', '.join(figures)}")
        rules = []
        for rule, claims in score.claims.most_common():
            rules.append(f"{rule} {claims - score.extra[rule]}/{claims}")
        lines.append(f"{name}, right by rule: {', '.join(rules)}")
    return _list_lines(lines)


def _list_lines(lines: Sequence[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.drafting")
    parser.add_argument(
        "--gold", type=Path, help="a folder with documents, gold and score.py"
    )
    folder = parser.parse_args(arguments).gold
    print(describe_drafting(folder.resolve() if folder is not None else None), end="")


if __name__ == "__main__":
    main()
