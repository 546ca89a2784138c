"""render (to be written)."""
from loganalyzer.model import Event, Line

PLATFORM = "render"


def parse(line: Line) -> Event | None:
    """Give None."""
    return None
