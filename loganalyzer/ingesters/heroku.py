"""heroku (to be written)."""
from loganalyzer.model import Event, Line

PLATFORM = "heroku"


def parse(line: Line) -> Event | None:
    """Give None."""
    return None
