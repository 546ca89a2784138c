"""Times as Cloud Foundry's tools and consoles print them.

Format facts:
1. `cf logs` prints hundredths and a numeric zone without colon, `2024-05-01T10:00:00.12-0700`, in the user's own zone
   and never with `Z` (cloudfoundry/cli, util/ui/log_message.go).
2. A copy often loses the first characters: `024-05-…`, `24-05-…`, `:00:00.12-0700` (seen, not specified).
3. Viewers print a JavaScript date: `Fri Jul 10 2015 09:28:04 GMT-0600 (Mountain Daylight Time)` (ECMA-262,
   Date.prototype.toString).
4. The console of IBM Cloud prints `Sep 14, 2021, 07:47:18 PM`, SAP's cockpit `8 Nov 2022, 18:30:21 (GMT+02:00)`;
   newer browsers put U+202F before AM and PM (seen, not specified; the zone of the former is not printed).
5. Other viewers print `5/1/2026, 7:47:18 PM` (month first where there is AM and PM), `01.05.2026 10:00:00`,
   `2026/05/01 10:00:00` or `May  1 10:00:00` (seen, not specified); SAP's XS Advanced `5/1/26 7:47:18.250 PM`.
6. gorouter's access log had `01/02/2006:15:04:05.000 -0700`, day first, until 2016-12, then ISO 8601 with a numeric
   zone, and nanoseconds with `Z` since 2019-11 (cloudfoundry/gorouter, accesslog/schema/access_log_record.go).
7. The JSON of gorouter's own log has RFC 3339 or seconds since 1970 as a decimal (code.cloudfoundry.org/lager).
8. Java prints `Thu Apr 30 09:46:32 UTC 2026` (java.util.Date.toString).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from loganalyzer.late import late_regex
from loganalyzer.model import UNDATED_YEAR
from loganalyzer.text import MONTHS, TIMESTAMP, parse_clock, parse_timestamp

__all__ = ["DAY_FIRST", "STAMP", "TRAILING_DATE", "read_epoch", "read_time"]

CLOCK_24 = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
HALF = r"[ \u202f]?[AP]M"
CLOCK = rf"{CLOCK_24}(?:{HALF})?"
SHORT_YEAR = r"\d{2}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{1,9}[+-]\d{4}"  # fact 2
TORN = r"[\d:.T-]{0,24}[+-]\d{4}"  # fact 2
JAVASCRIPT = r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{4} \d{2}:\d{2}:\d{2} GMT[+-]\d{4}(?: \([^()]{1,60}\))?"  # fact 3
MONTH_FIRST = r"[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?[ \u202f]?[AP]M"  # fact 4
DAY_FIRST = r"\d{1,2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2}:\d{2}(?: \(GMT(?:[+-]\d{2}:?\d{2})?\))?"  # fact 4
NUMBERS = (
    rf"(?:\d{{4}}/\d{{2}}/\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{2}}),? {CLOCK}"  # fact 5
)
YEARLESS = r"[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}"  # fact 5

STAMP = rf"(?:{TIMESTAMP}|{SHORT_YEAR}|{JAVASCRIPT}|{MONTH_FIRST}|{DAY_FIRST}|{NUMBERS}|{YEARLESS}|{CLOCK}|{TORN})"
"""Any time that may stand before a bracketed tag, a torn one included."""

TRAILING_DATE = late_regex(rf"[ \t|]*(?P<at>{MONTH_FIRST})[ \t|]*$")
"""The date at the end of a row of IBM's console (fact 4)."""

FORMS = (
    late_regex(  # fact 8
        r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>\d{2}) (?P<clock>\d{2}:\d{2}:\d{2}) (?:UTC|GMT)(?P<zone>) "
        r"(?P<year>\d{4})"
    ),
    late_regex(
        rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}|\d{{2}}),? (?P<clock>{CLOCK_24}{HALF})(?P<zone>)"
    ),
    late_regex(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}),? (?P<clock>{CLOCK_24})(?P<zone>)"),
    late_regex(rf"(?P<year>\d{{4}})/(?P<month>\d{{2}})/(?P<day>\d{{2}}),? (?P<clock>{CLOCK_24})(?P<zone>)"),
    late_regex(rf"(?P<month>[A-Z][a-z]{{2}}) {{1,2}}(?P<day>\d{{1,2}}) (?P<year>)(?P<clock>{CLOCK_24})(?P<zone>)"),
    late_regex(
        r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>\d{1,2}) (?P<year>\d{4}) (?P<clock>\S+) GMT(?P<zone>[+-]\d{4})"
    ),
    late_regex(
        rf"(?P<month>[A-Z][a-z]{{2}}) (?P<day>\d{{1,2}}), (?P<year>\d{{4}}),? (?P<clock>{CLOCK_24}{HALF})(?P<zone>)"
    ),
    late_regex(
        r"(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}), (?P<clock>\d{2}:\d{2}:\d{2})"
        r"(?: \(GMT(?P<zone>[+-]\d{2}:?\d{2})?\))?"
    ),
    late_regex(
        r"(?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4}):(?P<clock>\d\d:\d\d:\d\d(?:\.\d{1,9})?) (?P<zone>[+-]\d{4})"
    ),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS = late_regex(r"(?P<whole>\d{9,11})\.(?P<fraction>\d{1,9})$")  # fact 7


def read_time(text: str) -> datetime | None:
    """Read any of the forms above.

    Args:
        text: nothing before the time; what follows it does not matter.

    Returns:
        Aware UTC; a time of day alone gets UNDATED_YEAR; None for torn times and for what is no time.

    Examples:
        >>> read_time("Fri Jul 10 2015 09:28:04 GMT-0600 (Mountain Daylight Time)").isoformat()
        '2015-07-10T15:28:04+00:00'
        >>> read_time("14-05-23T16:29:54.17-0400").isoformat()
        '2014-05-23T20:29:54.170000+00:00'
        >>> read_time("5/1/2026, 7:47:18 PM").isoformat()
        '2026-05-01T19:47:18+00:00'
        >>> read_time("09/04/2015:15:36:45 +0000").isoformat()
        '2015-04-09T15:36:45+00:00'
    """
    at = parse_timestamp(text)
    if at is not None:
        return at
    if re.match(SHORT_YEAR, text):
        return parse_timestamp(f"20{text}")
    for form in FORMS:
        found = form.match(text)
        if found is not None:
            return _join(found)
    seconds = SECONDS.match(text)
    if seconds is not None:
        return read_epoch(int(seconds["whole"]) * 10**9 + int(seconds["fraction"].ljust(9, "0")))
    return parse_clock(text)


def _join(found: re.Match[str]) -> datetime | None:
    """Put the parts of a date together; None when they are no real date."""
    clock = parse_clock(found["clock"])
    month = int(found["month"]) if found["month"].isdigit() else MONTHS.get(found["month"], 0)
    if clock is None:
        return None
    day = int(found["day"])
    year = found["year"] or str(UNDATED_YEAR)
    if len(year) == 2:
        year = f"20{year}"
    return parse_timestamp(f"{year}-{month:02}-{day:02}T{clock:%H:%M:%S.%f}{found['zone'] or 'Z'}")


def read_epoch(nanoseconds: int) -> datetime | None:
    """Turn nanoseconds since 1970 into aware UTC; None when no calendar reaches that far."""
    try:
        return EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return None
