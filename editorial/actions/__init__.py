"""The only writer: every move of a revision, every change of its text and every word about it.

Each function checks the right, the state and the text, changes, and logs, in one transaction;
buttons, commands and jobs only call it.  Races are settled by conditional UPDATEs and row counts.
"""

from editorial.actions.drafts import edit, propose, propose_all, propose_aside, revise, revise_from
from editorial.actions.moves import perform, perform_all
from editorial.actions.order import order_categories, order_entries
from editorial.actions.papers import describe, describe_all
from editorial.actions.review import assign, comment, reopen, resolve
from editorial.refusals import (
    Invalid,
    NoRight,
    NoteMissing,
    Refused,
    Stale,
    TimeMissing,
    WrongState,
    refuse_without,
)

__all__ = [
    "Invalid", "NoRight", "NoteMissing", "Refused", "Stale", "TimeMissing", "WrongState",
    "assign", "comment", "describe", "describe_all", "edit", "order_categories", "order_entries",
    "perform", "perform_all", "propose", "propose_all", "propose_aside", "refuse_without", "reopen",
    "resolve", "revise", "revise_from",
]  # fmt: skip
