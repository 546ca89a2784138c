"""Foreign files: which files of a folder or an archive are taken for no log, though they are text.

Nobody names these: they lie beside logs. A file that the user names is read, whatever it is called.
"""

from __future__ import annotations

from loganalyzer.late import late_regex

__all__ = ["find_reason"]

ENDINGS = {
    **dict.fromkeys(("md", "markdown", "rst", "adoc", "html", "htm", "css", "svg", "ipynb"), "a document"),
    **dict.fromkeys(
        ("py", "js", "mjs", "cjs", "ts", "jsx", "tsx", "rb", "go", "rs", "java", "kt", "php"), "source code"
    ),
    **dict.fromkeys(("c", "h", "cs", "ex", "exs", "sh", "ps1", "sql", "gradle"), "source code"),
    **dict.fromkeys(("toml", "ini", "cfg", "yaml", "yml", "lock"), "a configuration"),
    "sarif": "a report",
}
"""End of a name → what such a file is."""

NAMES = {
    **dict.fromkeys(("readme", "license", "licence", "copying", "notice", "changelog"), "a document"),
    **dict.fromkeys(("makefile", "dockerfile", "procfile", "gemfile", "rakefile"), "source code"),
    **dict.fromkeys(("package.json", "package-lock.json", "tsconfig.json", "composer.json"), "a configuration"),
}
"""Whole name, in small letters → what such a file is."""

RECORDS = late_regex(rb"id: \S+\r?\n")
"""How the records begin that Render's client prints as YAML."""

OWN_REPORT = late_regex(rb'\s*\{\s*"schema":\s*"loganalyzer[a-z-]*/\d')


def find_reason(name: str, head: bytes = b"") -> str:
    """Say why a file that nobody named is taken for no log; empty when it may be one.

    Args:
        name: of the file, with or without its folders.
        head: its first bytes, unpacked, as far as they are known.

    Examples:
        >>> find_reason("logs/README.md"), find_reason("logs/app.log")
        ('is a document by its name, not a log', '')
        >>> find_reason("report.json", b'{"schema": "loganalyzer/1"')
        'is a report of loganalyzer, not a log'
    """
    if OWN_REPORT.match(head):
        return "is a report of loganalyzer, not a log"
    bare = name.replace("\\", "/").rpartition("/")[2].lower()
    kind = NAMES.get(bare) or ENDINGS.get(bare.rpartition(".")[2] if "." in bare else "", "")
    return f"is {kind} by its name, not a log" if kind and not RECORDS.match(head) else ""
