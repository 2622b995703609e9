"""The lines as they answer now, which a changed folder may replace; the telephone edge's directory."""

from dialogue.lines.line_book import LineBook
from dialogue.lines.types import Line


class CurrentLines:
    """Holds the book of lines in use; a `telephony.edge.LineDirectory`. Lives on the event loop."""

    def __init__(self, book: LineBook):
        """Begin with a book."""
        self.book = book

    def line(self, name: str) -> Line:
        """The line of that name as new calls get it; the default one where it is gone."""
        return self.book.line(name)

    def line_for(self, called_number: str) -> str:
        """See `telephony.edge.LineDirectory`."""
        return self.book.answering(called_number).name

    def human_number(self, line: str) -> str:
        """See `telephony.edge.LineDirectory`."""
        return self.book.line(line).human_number

    def overflow_number(self, line: str) -> str:
        """See `telephony.edge.LineDirectory`."""
        return self.book.line(line).overflow_number

    def titles(self) -> dict[str, str]:
        """See `telephony.edge.LineDirectory`."""
        default = self.book.default
        names = [default, *(name for name in self.book.lines if name != default)]
        return {name: self.book.lines[name].title for name in names}
