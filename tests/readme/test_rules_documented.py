"""The README's table of rules is the one in the code."""

from digest.readme.rules import RULES
from tests.test_docs import between


def table() -> str:
    """Return the rules as a Markdown table."""
    rows = ["| code | severity | fix | what it finds |", "|---|---|---|---|"]
    for rule in RULES.values():
        fix = "✓" if rule.fixable else ""
        rows.append(f"| `{rule.code}` | {rule.severity.value} | {fix} | {rule.why.en} |")
    return "\n".join(rows)


def test_the_table_of_rules_is_the_one_in_the_code() -> None:
    assert between("rules") == table(), f"put this there:\n{table()}"
