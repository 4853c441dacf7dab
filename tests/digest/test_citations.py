"""An entry's paper goes to a reference manager whole, and nothing in it breaks the format."""

import json
import re

import pytest
from django.test import Client

from digest import citations
from digest.models import Article
from tests.factories import ArticleFactory, PaperFactory

pytestmark = pytest.mark.django_db


def published(identity: str, title: str, url: str = "") -> int:
    paper = PaperFactory.create(identity=identity, title=title, url=url)
    return ArticleFactory.create(paper=paper, title_html="").pk


def cited(client: Client, pk: int, ending: str) -> str:
    response = client.get(f"/articles/{pk}/cite.{ending}")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    return response.content.decode()


def test_bibtex_names_the_preprint_and_protects_capitals(client: Client) -> None:
    pk = published("arxiv:2305.14314", "QLoRA: Efficient Finetuning of 大模型")
    assert cited(client, pk, "bib") == (
        "@misc{arxiv2305.14314,\n"
        "  title = {{QLoRA:} Efficient Finetuning of 大模型},\n"
        "  year = {2023},\n"
        "  month = {5},\n"
        "  eprint = {2305.14314},\n"
        "  archiveprefix = {arXiv},\n"
        "  doi = {10.48550/arXiv.2305.14314},\n"
        "  url = {https://arxiv.org/abs/2305.14314},\n"
        "}\n"
    )


def test_what_latex_reads_as_a_command_is_escaped() -> None:
    work = citations.Work("paper1", r"50% of A_b & {c} #1 ^ ~ $5 \x", 0, 0, "", "", "")
    title = re.search(r"title = \{(.*)\},", citations.bibtex(work))
    assert title
    assert title[1] == (
        r"50\% of A\_b \& \{c\} \#1 \textasciicircum{} \textasciitilde{} \$5 \textbackslash{}x"
    )


def test_ris_says_one_thing_a_line(client: Client) -> None:
    pk = published("doi:10.1000/x_y", "Two\r\nER  - lines")
    assert cited(client, pk, "ris").split("\r\n") == [
        "TY  - GEN",
        f"ID  - paper{Article.objects.get(pk=pk).paper_id}",
        "TI  - Two ER - lines",
        "DO  - 10.1000/x_y",
        "UR  - https://doi.org/10.1000/x_y",
        "ER  - ",
        "",
    ]


def test_csl_json_keeps_chinese_as_it_is(client: Client) -> None:
    text = cited(client, published("arxiv:hep-th/9901001", "微调 “a”"), "json")
    assert "微调" in text
    [item] = json.loads(text)
    assert item == {
        "id": "arxivhep-th-9901001",
        "type": "article",
        "title": "微调 “a”",
        "issued": {"date-parts": [[1999, 1]]},
        "publisher": "arXiv",
        "number": "arXiv:hep-th/9901001",
        "DOI": "10.48550/arXiv.hep-th/9901001",
        "URL": "https://arxiv.org/abs/hep-th/9901001",
    }


def test_an_address_that_readers_cannot_open_is_not_cited(client: Client) -> None:
    pk = published("title:sophia", "Sophia", "file:///C:/Users/x/0526.pdf")
    assert "file:" not in cited(client, pk, "bib")


@pytest.mark.parametrize("ending", ["xml", "bib.exe"])
def test_another_format_is_not_there(client: Client, ending: str) -> None:
    pk = published("arxiv:2305.14314", "QLoRA")
    assert client.get(f"/articles/{pk}/cite.{ending}").status_code == 404


def test_what_is_taken_down_or_names_no_paper_is_not_cited(client: Client) -> None:
    down = ArticleFactory.create(taken_down_at="2023-07-01T00:00:00Z").pk
    without = ArticleFactory.create(paper=None)
    assert client.get(f"/articles/{down}/cite.bib").status_code == 404
    assert client.get(f"/articles/{without.pk}/cite.bib").status_code == 404
    assert "cite.bib" not in client.get(without.get_absolute_url()).content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_says_what_it_is_about_and_where_to_cite_it(client: Client, prefix: str) -> None:
    pk = published("arxiv:2305.14314", 'A "b" & 1 < 2')
    html = client.get(f"{prefix}/articles/{pk}/", follow=True).content.decode()
    assert '<meta name="citation_title" content="A &quot;b&quot; &amp; 1 &lt; 2">' in html
    assert '<meta name="citation_publication_date" content="2023/05">' in html
    assert '<meta name="citation_arxiv_id" content="2305.14314">' in html
    for ending in citations.FORMATS:
        assert f'href="/articles/{pk}/cite.{ending}"' in html


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/p.PDF", "citation_pdf_url"),
        ("https://a.example/p", "citation_abstract_html_url"),
    ],
)
def test_a_tag_says_whether_an_address_is_the_text_or_a_page_about_it(url: str, name: str) -> None:
    work = citations.Work("paper1", "T", 0, 0, "", "", url)
    assert citations.highwire(work) == [("citation_title", "T"), (name, url)]


GROUP = "Dettmers, Tim\nvan der Maaten, Laurens\n{Google, Inc.}\nResearch and Co\n张, 三"


def appeared(kind: str, published_on: str = "2023-12-10") -> citations.Work:
    paper = PaperFactory.create(
        identity="arxiv:2305.14314",
        title="QLoRA",
        authors=GROUP,
        published_on=published_on,
        venue="NeurIPS & Co",
        venue_kind=kind,
    )
    work = citations.work_of(ArticleFactory.create(paper=paper, title_html=""))
    assert work
    return work


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("conference", ("@inproceedings{", "booktitle = {")),
        ("journal", ("@article{", "journal = {")),
        ("", ("@misc{", "howpublished = {")),
    ],
)
def test_bibtex_names_the_authors_and_where_it_appeared(kind: str, written: list[str]) -> None:
    entry = citations.bibtex(appeared(kind))
    assert entry.startswith(written[0])
    assert f"{written[1]}NeurIPS \\& Co}}" in entry
    assert (
        "author = {Dettmers, Tim and van der Maaten, Laurens and {Google, Inc.}"
        " and {Research and Co} and 张, 三}" in entry
    )
    assert "year = {2023}" in entry
    assert "month = {12}" in entry


@pytest.mark.parametrize(
    ("kind", "written"), [("conference", "CONF"), ("journal", "JOUR"), ("", "GEN")]
)
def test_ris_has_a_line_for_each_author(kind: str, written: str) -> None:
    lines = citations.ris(appeared(kind)).split("\r\n")
    assert lines[0] == f"TY  - {written}"
    assert lines[2:7] == [
        "AU  - Dettmers, Tim",
        "AU  - van der Maaten, Laurens",
        "AU  - Google, Inc.",
        "AU  - Research and Co",
        "AU  - 张, 三",
    ]
    assert {"T2  - NeurIPS & Co", "PY  - 2023", "DA  - 2023/12/10"} <= set(lines)


@pytest.mark.parametrize(
    ("kind", "written"),
    [("conference", "paper-conference"), ("journal", "article-journal"), ("", "article")],
)
def test_csl_json_parts_names_and_dates(kind: str, written: str) -> None:
    item = json.loads(citations.csl_json(appeared(kind)))
    assert item["type"] == written
    assert item["author"][1:3] == [
        {"family": "van der Maaten", "given": "Laurens"},
        {"literal": "Google, Inc."},
    ]
    assert item["issued"] == {"date-parts": [[2023, 12, 10]]}
    assert item["container-title"] == "NeurIPS & Co"


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("conference", [("citation_conference_title", "NeurIPS & Co")]),
        ("journal", [("citation_journal_title", "NeurIPS & Co")]),
        ("", []),
    ],
)
def test_the_tags_name_the_authors_one_by_one(kind: str, written: list[tuple[str, str]]) -> None:
    tags = citations.highwire(appeared(kind))
    assert [value for name, value in tags if name == "citation_author"] == [
        "Dettmers, Tim",
        "van der Maaten, Laurens",
        "Google, Inc.",
        "Research and Co",
        "张, 三",
    ]
    assert ("citation_publication_date", "2023/12/10") in tags
    assert [tag for tag in tags if tag[0].endswith("_title")][1:] == written


@pytest.mark.parametrize(("known", "slashed"), [("2022", "2022"), ("2022-11", "2022/11")])
def test_a_date_is_as_exact_as_it_is_known(known: str, slashed: str) -> None:
    work = appeared("journal", known)
    assert ("citation_publication_date", slashed) in citations.highwire(work)
    assert f"DA  - {slashed}\r\n" in citations.ris(work)
    item = json.loads(citations.csl_json(work))
    assert item["issued"]["date-parts"] == [[int(part) for part in known.split("-")]]
    assert ("month" in citations.bibtex(work)) is ("-" in known)
