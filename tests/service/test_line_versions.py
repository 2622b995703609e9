"""New calls get the newest version of a line; a call keeps its own for as long as a stream of it may come."""

from dataclasses import dataclass, replace

import pytest

from dialogue.lines.load import load_line
from dialogue.lines.types import Line
from service.line_versions import MAY_COME_BACK_S, LineVersions
from tests.dialogue.lines.folders import write_line


@dataclass(frozen=True)
class Version:
    line: Line


@pytest.fixture
def old(tmp_path) -> Line:
    return replace(load_line(write_line(tmp_path / "shop")), content_hash="old")


@pytest.fixture
def new(old: Line) -> Line:
    return replace(old, content_hash="new")


@pytest.fixture
def versions(old: Line, new: Line) -> LineVersions[Version]:
    versions: LineVersions[Version] = LineVersions()
    for line in (old, new):
        versions.add(Version(line))
    return versions


def test_a_call_that_comes_back_is_on_the_version_it_began_on(versions, old, new):
    assert versions.hold("CA1", old).line is old
    versions.release("CA1", 10.0, over=False)
    assert versions.hold("CA1", new).line is old
    assert versions.hold("CA2", new).line is new


def test_a_call_that_is_over_begins_anew(versions, old, new):
    versions.hold("CA1", old)
    versions.release("CA1", 10.0, over=True)
    assert versions.hold("CA1", new).line is new


def test_a_replaced_version_is_given_back_when_its_last_call_is_over(versions, old, new):
    for call_id in ("CA1", "CA2"):
        versions.hold(call_id, old)
    versions.release("CA1", 10.0, over=True)
    assert versions.take_unused(11.0, {"new"}) == []
    versions.release("CA2", 12.0, over=True)
    assert [version.line for version in versions.take_unused(13.0, {"new"})] == [old]
    assert versions.take_unused(14.0, {"new"}) == [] and versions.has(new) and not versions.has(old)


def test_a_call_that_may_come_back_holds_its_version_for_a_while(versions, old):
    versions.hold("CA1", old)
    versions.release("CA1", 10.0, over=False)
    assert versions.take_unused(10.0 + MAY_COME_BACK_S, {"new"}) == []
    assert [version.line for version in versions.take_unused(10.1 + MAY_COME_BACK_S, {"new"})] == [old]


def test_a_stream_that_is_replaced_by_the_next_one_does_not_end_the_calls_hold(versions, old):
    versions.hold("CA1", old)
    versions.hold("CA1", old)
    versions.release("CA1", 10.0, over=True)
    assert versions.take_unused(10.0 + 2 * MAY_COME_BACK_S, {"new"}) == []


def test_what_new_calls_get_stays_open_without_any_call(versions):
    assert len(versions.take_unused(0.0, {"old", "new"})) == 0 and len(versions) == 2
