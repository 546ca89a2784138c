"""A page for each platform with every code and line that can be explained, and one for exit statuses."""

from __future__ import annotations

from generator.sources import Sources
from generator.writing import anchor, block, bullets, code, heading, link, prose, table
from loganalyzer.knowledge import Entry

__all__ = ["make_pages"]

INTRODUCTION = """
What the platforms' own words mean. `loganalyzer explain WORD` says the same offline, for a word or a whole line.
""".strip()

PAGES = {
    "heroku": ("Heroku", "Codes of the router, of the dyno manager and of the log service."),
    "render": ("Render", "Lines of the deploy log, reasons of events, answers of the edge."),
    "cloudfoundry": ("Cloud Foundry", "Values of `X-Cf-RouterError`, health checks, crashes and staging."),
    "any": ("Exit statuses", "What the status of a process says, and where a platform means something else by it."),
}


def make_pages(sources: Sources) -> dict[str, str]:
    """Make the page of each platform, and the list of them."""
    pages = {f"platforms/{name}.md": _page(name, sources) for name in PAGES}
    rows = [
        (
            link(title, f"{name}.md"),
            text,
            str(sum(entry.platform == name for entry in sources.entries if not entry.is_judged)),
        )
        for name, (title, text) in PAGES.items()
    ]
    pages["platforms/index.md"] = (
        "\n\n".join(
            [
                "# Codes and lines",
                INTRODUCTION,
                table(("page", "what it explains", "words"), rows),
            ]
        )
        + "\n"
    )
    return pages


def _page(platform: str, sources: Sources) -> str:
    """Write the page of one platform, a section a word, in the order of the data."""
    title, text = PAGES[platform]
    entries = [entry for entry in sources.entries if entry.platform == platform and not entry.is_judged]
    kinds = list(dict.fromkeys(entry.kind for entry in entries))
    parts = [f"# {title}", text, table(("kind", "words"), [(kind, _links(entries, kind)) for kind in kinds])]
    parts += [_section(entry, sources) for entry in entries]
    return "\n\n".join(parts) + "\n"


def _links(entries: list[Entry], kind: str) -> str:
    """Link the words of one kind."""
    return " ".join(link(code(entry.word), f"#{anchor(entry.word)}") for entry in entries if entry.kind == kind)


def _section(entry: Entry, sources: Sources) -> str:
    """Write the section of one word."""
    parts = [heading(2, f"{prose(entry.word)}: {prose(entry.title)}", anchor(entry.word))]
    if entry.text:
        parts.append(block([entry.text]))
    parts.append(prose(entry.meaning))
    facts = [("When", entry.when), *((f"On {PAGES[name][0]}", text) for name, text in entry.on)]
    facts += [("Told apart", entry.told_apart), ("To do", entry.mend)]
    rows = [f"**{name}**: {prose(text)}" for name, text in facts if text]
    if entry.also:
        rows.append("**Also**: " + ", ".join(code(name) for name in entry.also))
    if entry.causes:
        rows.append(
            "**Likely causes**: " + ", ".join(link(code(name), f"../causes/{name}.md") for name in entry.causes)
        )
    known = _patterns(entry, sources)
    if known:
        rows.append("**Read by**: " + ", ".join(known))
    rows.append(
        "**Sources**: " + ", ".join(f"<{page}>" if page.startswith("http") else prose(page) for page in entry.sources)
    )
    return "\n\n".join([*parts, bullets(rows)])


def _patterns(entry: Entry, sources: Sources) -> list[str]:
    """Link the patterns that hold for the example of a word."""
    return [
        link(code(match.pattern), f"../patterns/{sources.library.by_id[match.pattern].family}.md#{match.pattern}")
        for match in (sources.matches(entry.text) if entry.text else ())
    ]
