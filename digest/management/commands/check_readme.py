"""``manage.py check_readme``: rules for any Markdown list, without a database."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)

from digest import checking, exporting
from digest.files import UnreadableError, read_text
from digest.readme.rules import RULES, Finding, Rule, Severity, check, fix

_USAGE = 2
_EXAMPLES = """\
examples:
  manage.py check_readme README.md                     say what is wrong, line by line
  manage.py check_readme --fix README.md               mend what is safe, show the diff
  manage.py check_readme --select anchor-dead *.md     hear one rule only
  manage.py check_readme --format sarif README.md > x  for code scanning; github: for Actions

In the list itself, <!-- digest: ignore CODE --> silences a rule: within a line for that line,
on a line of its own for the entry, the heading or the paragraph that follows.

exit code: 0 nothing wrong, 1 errors (with --strict also warnings), 2 it could not be checked
"""


class _Help(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Django's order of options, and lines as they are typed."""


class Command(BaseCommand):
    help = (
        "Check README lists, or any other Markdown: links within the page, numbers, bold that\n"
        "GitHub shows as asterisks, punctuation, unsafe or wrong links, duplicates and more."
    )
    requires_system_checks = []  # no database is needed, and so none is asked for

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.formatter_class = _Help
        parser.epilog = _EXAMPLES
        parser.add_argument("paths", nargs="*", metavar="PATH", help="a file; - for standard input")
        parser.add_argument(
            "--format", choices=checking.FORMATS, default="text", help="how findings are written"
        )
        parser.add_argument(
            "--fix",
            action="store_true",
            help="mend what can be mended without changing what the list says; each file is "
            "replaced whole or not at all, standard input goes to standard output",
        )
        for name, what in (("select", "hear only these rules"), ("ignore", "do not hear these")):
            parser.add_argument(
                f"--{name}",
                action="append",
                default=[],
                metavar="CODE[,CODE…]",
                help=f"{what}; may be repeated",
            )
        parser.add_argument("--strict", action="store_true", help="fail for warnings, too")
        parser.add_argument(
            "--language", choices=["en", "zh"], default="en", help="the language of messages"
        )
        parser.add_argument("--list-rules", action="store_true", help="list the rules and stop")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run the command."""
        if options["list_rules"]:
            self.list_rules(options["language"])
            return
        if not options["paths"]:
            raise CommandError("name a file to check, or - for standard input", returncode=_USAGE)
        rules = chosen(options["select"], options["ignore"])
        try:
            texts = {path: read_text(path) for path in options["paths"]}
        except UnreadableError as error:
            raise CommandError(str(error), returncode=_USAGE) from None
        is_filter = options["fix"] and "-" in texts  # its output is the text itself
        report = self.stderr if is_filter else self.stdout
        if options["fix"]:
            diffs = report if options["format"] == "text" else self.stderr
            for path, text in texts.items():
                texts[path] = fix(text, rules=rules)
                diffs.write(checking.difference(path, text, texts[path]), ending="")
                self.put(path, texts[path])
        files = [
            checking.Checked(path, check(text, folder=folder_of(path), rules=rules))
            for path, text in texts.items()
        ]
        try:
            for line in checking.FORMATS[options["format"]](files, options["language"]):
                report.write(line)
            report.flush()
        except BrokenPipeError:  # who reads, such as `head`, has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        findings = [found for file in files for found in file.findings]
        self.stderr.write(summary(findings))
        failing = {Severity.ERROR, Severity.WARNING} if options["strict"] else {Severity.ERROR}
        if any(found.severity in failing for found in findings):
            sys.exit(1)

    def list_rules(self, language: str) -> None:
        """Write what each rule finds."""
        for rule in RULES.values():
            fixable = "fix" if rule.fixable else ""
            self.stdout.write(
                f"{rule.code:<20} {rule.severity.value:<8} {fixable:<4} {rule.why.said(language)}"
            )

    def put(self, path: str, text: str) -> None:
        """Write a mended text where it came from."""
        if path == "-":
            self.stdout.write(text, ending="")
            return
        try:
            exporting.write(Path(path), text)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}", returncode=_USAGE) from None


def chosen(select: Iterable[str], ignore: Iterable[str]) -> list[Rule]:
    """Return the rules that are to be heard."""
    selected, ignored = _codes(select), _codes(ignore)
    if unknown := (selected | ignored) - RULES.keys():
        raise CommandError(
            f"there is no rule {', '.join(sorted(unknown))}; --list-rules lists them",
            returncode=_USAGE,
        )
    heard = (selected or RULES.keys()) - ignored
    return [rule for code, rule in RULES.items() if code in heard]


def _codes(options: Iterable[str]) -> set[str]:
    return {code.strip() for option in options for code in option.split(",")} - {""}


def folder_of(path: str) -> Path | None:
    """Return where files beside this one would lie."""
    return None if path == "-" else Path(path).resolve().parent


def summary(findings: list[Finding]) -> str:
    """Return how much was found, in one line."""
    counts = [
        f"{count} {severity.value}{'s' if count != 1 else ''}"
        for severity in Severity
        if (count := sum(found.severity == severity for found in findings))
    ]
    if not counts:
        return "nothing found"
    fixable = sum(bool(found.edits) for found in findings)
    return ", ".join(counts) + (f"; --fix mends {fixable}" if fixable else "")
