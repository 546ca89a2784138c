"""cloudfoundry (to be written)."""
from loganalyzer.model import Event, Line

PLATFORM = "cloudfoundry"


def parse(line: Line) -> Event | None:
    """Give None."""
    return None
