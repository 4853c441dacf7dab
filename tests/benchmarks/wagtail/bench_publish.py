"""``bench_publish.py N``: the pages a second that Wagtail drafts and publishes, one at a time."""
# mypy: ignore-errors

import sys
from time import perf_counter

import django

django.setup()

from home.models import HomePage  # noqa: E402
from papers.models import PaperIndexPage, PaperPage  # noqa: E402

TITLE = "大语言模型高效微调方法 QLoRA"
SUMMARY = "通过量化与低秩适配降低显存占用，48G 内存可微调 LLaMA-65B。" * 2
SENTENCE = "在没有任何RLHF的情况下，使用1000个精心筛选的提示和响应对LLaMA-65B进行微调。"
LINKS = '<ul><li><a href="https://example.org/a">paper</a></li><li><b>code</b></li></ul>'

count = int(sys.argv[1])
for page in [*PaperPage.objects.all(), *PaperIndexPage.objects.all()]:
    page.delete()
index = HomePage.objects.get().add_child(instance=PaperIndexPage(title="Papers", slug="papers"))

start = perf_counter()
for number in range(count):
    page = PaperPage(
        title=f"{TITLE} {number}",
        slug=f"paper-{number}",
        summary=SUMMARY,
        body=f"<p>{SENTENCE * 3}</p>{LINKS}",
        paper_url=f"https://example.org/p/{number}",
        live=False,
    )
    index.add_child(instance=page)  # a draft
    page.save_revision().publish()
print(f"pages/s={count / (perf_counter() - start):.1f}")

if PaperPage.objects.live().count() != count:
    raise SystemExit("Not every page was published.")
