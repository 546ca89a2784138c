"""Fatal errors: which error of a run ended it, and which one the app lived through."""

from __future__ import annotations

from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.late import late_regex
from loganalyzer.summary import Sighting

__all__ = ["ended_with", "fatal", "weigh"]

ERROR_AT_UP_S = 5.0

TRIES_AGAIN = late_regex(
    r"(?i)\b(?:retrying|will (?:retry|try again|reconnect)|trying again|reconnecting|retry in \d|retries left"
    r"|attempt \d+ ?(?:/|of) ?\d|next (?:attempt|retry)"
    r"|reintent(?:ando|aremos|o)|nuevo intento|reconectando|tentando (?:novamente|de novo|reconectar)|nova tentativa"
    r"|nouvel(?:le)? (?:tentative|essai)|réessai\w*|reconnexion"
    r"|erneuter versuch|neuer versuch|versuche?t? es erneut|versuche erneut|wird (?:erneut|wieder) versucht"
    r"|wiederverbindung|nuovo tentativo|riprovo|riconnessione|yeniden (?:deneni\w+|bağlan\w+)|tekrar den\w+"
    r"|ponawia\w*|ponown[aąe] prób\w*"
    r"|mencoba (?:lagi|kembali)|menghubungkan (?:ulang|kembali)|opnieuw (?:proberen|verbinden))\b"
    r"|(?i:повтор(?:яем|им|н\w{2} (?:попытк|подключ))|переподключ|пробу\w{1,3} (?:снова|ещё раз)|повторна спроба"
    r"|перепідключ)"
    r"|重试|重新连接|重连|重試|重新連[線接]|再試行|再接続|リトライ|재시도|재연결|다시 (?:시도|연결)|thử lại|kết nối lại"
)
"""What a line says of an error that its writer goes on behind, in the languages that apps' logs are seen in."""


def fatal(facts: Facts, *statements: str) -> Sighting | None:
    """Give the error of one of the kinds that ended the run, or that stands alone without any sign of health."""
    found = facts.error(*statements)
    if found is None:
        return None
    ended = facts.was_settled if facts.failure is not None else _seems_well(facts, found)
    return None if ended else found


def _seems_well(facts: Facts, error: Sighting) -> bool:
    """Say whether a run without a failure went on well behind an error."""
    if facts.served_well or facts.run.has("port-detected", "primary-port-changed", "became-up"):
        return True
    if facts.is_answering and _answered_well(facts):
        return True
    if error.statement == "exception" and TRIES_AGAIN.search(error.message):
        return True
    if _listened_after(facts, error):
        return True
    if facts.up is None:
        return False
    if not facts.is_web and facts.last and facts.ends_in_error and _has_crashed(facts):
        return False  # a worker is "up" at once, and this one is at the place where it crashed before
    # "Up" is no proof where a server binds before it loads the app: an error in the very next moment, as the last
    # word, counts.
    waited = seconds_between(facts.up, error)
    return waited is None or abs(waited) > ERROR_AT_UP_S or error.statement in ("exception", "traceback")


def _answered_well(facts: Facts) -> bool:
    """Say whether most answers that the router saw were no errors."""
    traffic = facts.case.summary.traffic
    return traffic.requests > 2 * traffic.errors


def _has_crashed(facts: Facts) -> bool:
    """Say whether the platform says that the process crashed, in this run or in another one."""
    return any(
        one.process == facts.run.process and one.values.get("to_state") == "crashed"
        for one in facts.case.of("state-changed")
    )


def ended_with(facts: Facts, tool: Sighting) -> bool:
    """Say whether the failure of a wrapper's command is the last thing that is known of a run that nothing stopped."""
    if facts.is_one_off or facts.stop is not None or _seems_well(facts, tool):
        return False
    return not facts.run.has("app-stopping", "listening", "url-shown", "app-ready") and facts.last


def _listened_after(facts: Facts, error: Sighting) -> bool:
    """Say whether the app opened its port behind an error, so that the error did not end it."""
    after = [
        bind for bind in facts.binds if facts.run.sightings.index(bind.sighting) > facts.run.sightings.index(error)
    ]
    return bool(after)


def weigh(facts: Facts, sure: float) -> float:
    """Lower a confidence where the end of the run is not shown or is a time-out."""
    if facts.failure is None:
        return sure * 0.8
    if facts.failure.kind in ("boot-timeout", "waiting"):
        return sure * (0.6 if facts.bind is not None and not facts.run.has("worker-boot-failed") else 0.9)
    return sure
