"""A list's history, version after version: each export is exact, each entry stays one article.

``python -m tests.transfer.replay`` does the same with longer histories and more of them.
"""

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from digest import exporting
from digest.models import Article, Category
from digest.readme import Entry, parse
from editorial import actions
from editorial.incoming import import_readme
from editorial.incoming.plan import Note, Report
from editorial.models import Event, Revision
from editorial.transitions import State
from tests.benchmarks.lists import generated
from tests.transfer.conftest import SEED, Run
from tests.transfer.histories import Keeper
from tests.transfer.replay import replay


@pytest.mark.parametrize("seed", range(4))
def test_a_history_comes_out_as_it_went_in(publisher: User, seed: int) -> None:
    outcome = replay(Keeper(seed).versions(25), publisher)
    assert outcome.unlike == []
    assert outcome.wrong == []
    assert outcome.kept >= 0.99
    assert outcome.versions == 25


def replace_by(text: str, user: User) -> Report:
    return import_readme(text, user, publish=True, take_down_missing=True)


def without(seed: str, start: str, end: str) -> str:
    return seed[: seed.index(start)] + seed[seed.index(end) :]


def test_what_the_file_lacks_is_taken_down_and_what_it_has_again_restored(
    publisher: User, seed: str
) -> None:
    replace_by(seed, publisher)
    article = Article.objects.get(headline__startswith="DTG")
    shorter = without(seed, "**3、[DTG", "**4、[模块化")
    report = replace_by(shorter, publisher)
    assert (report.taken_down, report.kept, report.new, report.changed) == (1, 0, 0, 0)
    assert exporting.readme() == shorter
    assert not replace_by(shorter, publisher).writes
    changed = seed.replace("(DTG)", "（DTG）")
    report = replace_by(changed, publisher)
    assert (report.restored, report.changed, report.new) == (1, 1, 0)
    assert exporting.readme() == changed
    moves = Event.objects.filter(revision__article=article).values_list("transition", flat=True)
    assert [*moves] == ["import", "take_down", "restore", "supersede", "import"]
    assert all(event.note for event in Event.objects.filter(transition="take_down"))
    assert Article.objects.get(headline__startswith="DTG") == article


def test_a_section_that_went_goes_with_all_its_entries_and_comes_back(
    publisher: User, seed: str
) -> None:
    replace_by(seed, publisher)
    articles = set(Article.objects.values_list("pk", flat=True))
    shorter = without(seed, "# 二、大语言模型（LLMs）调优", "# 三、大语言模型（LLMs）应用")
    assert replace_by(shorter, publisher).taken_down == 4
    assert exporting.readme() == shorter
    assert Category.objects.count() == 4
    assert replace_by(seed, publisher).restored == 4
    assert exporting.readme() == seed
    assert set(Article.objects.values_list("pk", flat=True)) == articles


def test_a_section_emptied_by_moves_goes_with_publish_alone(publisher: User, seed: str) -> None:
    import_readme(seed, publisher, publish=True)
    merged = seed.replace("# 大语言模型（LLMs）评估\n", "").replace("\n\n\n\n\n\n", "\n\n")
    assert import_readme(merged, publisher, publish=True).changed == 2
    assert exporting.readme() == merged
    assert Revision.objects.filter(category=None, section="大语言模型（LLMs）评估").count() == 2


def test_without_any_section_the_last_one_stays_for_what_was_taken_down(
    publisher: User, seed: str
) -> None:
    replace_by(seed, publisher)
    assert replace_by("只有一行。\n", publisher).taken_down == 16
    assert not Article.objects.published().exists()
    replace_by(seed, publisher)
    assert exporting.readme() == seed


def test_a_dry_run_counts_what_would_be_taken_down(publisher: User, seed: str, run: Run) -> None:
    import_readme(seed + "\n**2、[新](u)**\n\n摘要。\n", publisher, publish=True)
    args = ("import_readme", str(SEED), "--by", "publisher", "--take-down-missing")
    out = run(*args, "--publish", "--dry-run")
    assert "1 not in the file (taken down)" in out
    assert Article.objects.published().count() == 17
    assert "--take-down-missing goes with --publish" in run(*args)
    out = run(*args, "--publish")
    assert "1 not in the file (taken down)" in out
    assert exporting.readme() == seed


def test_what_somebody_drafts_in_a_section_outlives_it(
    author: User, publisher: User, seed: str
) -> None:
    replace_by(seed, publisher)
    category = Category.objects.get(title="大语言模型（LLMs）调优")
    draft = actions.propose(author, category=category, entry=Entry("新草稿", "https://new"))
    replace_by(without(seed, "# 二、", "# 三、"), publisher)
    draft.refresh_from_db()
    assert (draft.state, draft.category, draft.section) == (State.DRAFT, None, category.title)
    replace_by(seed, publisher)
    draft.refresh_from_db()
    assert draft.category == Category.objects.get(title=category.title)


TWINS = "# 甲\n\n1、[微调](u1)\n\n**Survey**\n\n摘要。\n\n2、[微调](u2)\n\n**Survey**\n\n摘要。\n"
# Which of the two is the one that has a third address?
DOUBTFUL = "# 甲\n\n1、[新](v)\n\n2、[微调](u3)\n\n**Survey**\n\n摘要。\n\n3、[又新](w)\n"
NAMED = "“微调” (number 1 in “甲”), “微调” (number 2 in “甲”)"


@pytest.mark.parametrize("replace", [True, False])
def test_a_doubt_loses_no_text(publisher: User, replace: bool) -> None:
    import_readme(TWINS, publisher, publish=True)
    with translation.override("en"):
        report = import_readme(DOUBTFUL, publisher, publish=True, take_down_missing=replace)
    assert report.notes == [Note(5, f"This may be one of these, and was taken as new: {NAMED}.")]
    assert (report.new, report.taken_down, report.kept) == (3, 2 * replace, 2 * (not replace))
    if replace:
        assert exporting.readme() == DOUBTFUL
    else:
        assert [entry.url for entry in parse(exporting.readme()).entries] == [
            *("v", "u3", "w"),
            *("u1", "u2"),
        ]


def test_for_review_what_is_in_doubt_is_left_and_named(author: User, publisher: User) -> None:
    import_readme(TWINS, publisher, publish=True)
    with translation.override("en"):
        report = import_readme(DOUBTFUL, author)
    assert report.notes == [Note(5, f"This may be one of these, so it was left: {NAMED}.")]
    assert report.new == 2
    assert not Revision.objects.filter(url="u3").exists()


def test_one_changed_entry_is_one_revision_and_no_more_queries_in_a_longer_list(
    publisher: User,
) -> None:
    ContentType.objects.get_for_model(Article)  # asked for once, then kept
    queries = set()
    for entries in (30, 300):
        text = generated(entries)
        replace_by(text, publisher)
        before = Revision.objects.count(), Event.objects.count()
        changed = text.replace("QLoRA是一种", "QLoRA 是一种", 1)
        with CaptureQueriesContext(connection) as made:
            assert replace_by(changed, publisher).changed == 1
        assert exporting.readme() == changed
        assert Revision.objects.count() == before[0] + 1
        assert Event.objects.count() == before[1] + 2  # the older revision is superseded
        queries.add(len(made))
    assert len(queries) == 1
