"""Long pieces of work: what a person sees of them, and an index that is made anew."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from app.catalog.search import SearchQuery
from app.changes.index import rebuild_index
from app.progress import follow, watched
from app.queries.search import read_search
from app.store.models import SearchDocument
from app.store.sessions import read_session, write_session
from tests.helpers import fictional
from tests.helpers.command_line import COMMAND, environment, run
from tests.helpers.paths import SEED


def run_at_a_terminal(url: str, *args: object) -> tuple[str, str]:
    """What it prints on standard output, a pipe, and on standard error, a terminal."""
    ours, theirs = pty.openpty()
    command = [*COMMAND, *map(str, args)]
    with subprocess.Popen(
        command, env=environment(url), stdout=subprocess.PIPE, stderr=theirs, text=True
    ) as process:
        os.close(theirs)
        assert process.stdout is not None
        errors = b""
        try:
            while piece := os.read(ours, 4_096):
                errors += piece
        except OSError:
            pass  # So a terminal says on Linux that nobody writes any more.
        os.close(ours)
        printed = process.stdout.read()
    assert process.returncode == 0
    return printed, errors.decode()


@pytest.mark.accept
def test_terminal_shows_how_far_it_is(plain_url: str, tmp_path: Path) -> None:
    bundle = fictional.write(tmp_path / "bundle.json", fictional.many(120))
    printed, errors = run_at_a_terminal(plain_url, "load", bundle)
    assert "725 to create" in printed
    for piece in ("Reading initiatives", "Writing timeline-items", "Indexing"):
        assert re.search(rf"{piece}.*100%", errors), piece
    printed, errors = run_at_a_terminal(plain_url, "export", tmp_path / "out.json")
    assert "100%" in errors
    printed, errors = run_at_a_terminal(plain_url, "reindex")
    assert re.search(r"Indexing.*100%", errors)
    assert "725 records" in printed


def test_who_is_no_terminal_sees_no_bar(plain_url: str, tmp_path: Path) -> None:
    done = run(plain_url, "load", SEED)
    assert (done.returncode, done.stderr) == (0, "")
    assert run(plain_url, "export", tmp_path / "out.json").stderr == ""


def test_watcher_is_told_of_every_piece() -> None:
    calls = []
    with watched(lambda *arguments: calls.append(arguments)):
        assert list(follow([[1, 2], [3]], "Counting", 3, len)) == [[1, 2], [3]]
    assert calls == [("Counting", 2, 3), ("Counting", 3, 3)]
    assert list(follow([1], "Alone", 1)) == [1]
    assert len(calls) == 2


def test_index_made_anew_finds_the_same(seeded: Engine) -> None:
    def find(words: str) -> list[tuple[str, str]]:
        with read_session(seeded) as session:
            page = read_search(session, SearchQuery(q=words, limit=200))
            return [(item["type"], item["slug"]) for item in page["items"]]

    before = {words: find(words) for words in ("training", "cyber*", '"counter terrorism"')}
    assert all(before.values())
    with write_session(seeded) as session:
        session.execute(text("DELETE FROM search_index"))
        session.commit()
    assert find("training") == []
    with write_session(seeded) as session:
        assert rebuild_index(session) == 68
        session.commit()
    # Records of equal rank come by what tells them apart, not by when they were indexed.
    assert {words: find(words) for words in before} == before
    with read_session(seeded) as session:
        assert session.scalar(select(func.count()).select_from(SearchDocument)) == 68
