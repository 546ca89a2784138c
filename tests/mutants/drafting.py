"""Writes proposed samples into the sample files: each under the line that it changes."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from tests.mutants.judge import Judge
from tests.mutants.propose import Proposal, propose
from tests.mutants.run import Survivor

__all__ = ["draft", "write_drafts"]


def draft(judge: Judge, survivors: list[Survivor]) -> list[Proposal]:
    """Propose samples for mutants, one after the other; what an earlier proposal notices needs none of its own."""
    proposals = []
    for one in survivors:
        if judge.ask(one.pattern, one.number, one.mutant.source).is_caught:
            continue
        proposal = propose(judge, one)
        if proposal is None:
            continue
        judge.add(one.pattern.id, proposal.sample)
        if judge.ask(one.pattern, one.number, one.mutant.source).is_caught:
            proposals.append(proposal)
    return proposals


def write_drafts(proposals: list[Proposal]) -> None:
    """Add proposals to their files, each under the line that it changes."""
    by_path: defaultdict[str, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        by_path[proposal.root.path].append(proposal)
    for path, group in by_path.items():
        changes: defaultdict[int, list[str]] = defaultdict(list)
        for proposal in group:
            changes[proposal.root.line].append(_change(proposal))
        lines = Path(path).read_text(encoding="utf-8").split("\n")
        kept = [text for number, line in enumerate(lines, start=1) for text in (line, *changes[number])]
        Path(path).write_text("\n".join(kept), encoding="utf-8")


def _change(proposal: Proposal) -> str:
    """Write one change with what is expected of it."""
    change = f"#~ {_quoted(proposal.old)} => {_quoted(proposal.new)}"
    if not proposal.sample.matches:
        return change
    return " ".join([change, "#=", *(f"{name}={_value(value)}" for name, value in proposal.sample.values.items())])


def _quoted(text: str) -> str:
    """Write a text between double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _value(text: str) -> str:
    """Write a value of an expectation."""
    return text if text and not set(text) & set(' "\\') else _quoted(text)
