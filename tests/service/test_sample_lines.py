"""The service takes all sample lines at once."""

from pathlib import Path

from dialogue.lines.line_book import line_folders, read_lines, whole_book

LINES = Path(__file__).parents[2] / "lines"


def test_all_sample_lines_go_together() -> None:
    book = whole_book(read_lines(line_folders(LINES)))
    assert book.default == "shop"
    assert set(book.lines) == {"shop", "clinic", "utility", "hotel", "loja"}


def test_every_request_of_the_sample_lines_has_twelve_examples() -> None:
    for line in whole_book(read_lines(line_folders(LINES))).lines.values():
        for intent in line.intents.values():
            assert len(intent.examples) >= 12, (line.name, intent.name)
