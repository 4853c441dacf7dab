"""Which work an entry is about."""

import pytest

from digest.readme.identity import identity_of, normalised, paper_url


@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org/pdf/2305.14314.pdf",
        "https://arxiv.org/abs/2305.14314v2",
        "http://www.arxiv.org/html/2305.14314v1#S2",
        "https://huggingface.co/papers/2305.14314",
        "https://papers.cool/arxiv/2305.14314",
        "https://doi.org/10.48550/arXiv.2305.14314",
        "arXiv:2305.14314v3",
    ],
)
def test_an_arxiv_paper_is_known_by_its_id_without_version(address: str) -> None:
    assert identity_of("QLoRA", [("paper", address)]) == "arxiv:2305.14314"


def test_an_old_arxiv_id_is_one_too() -> None:
    assert identity_of("", [("paper", "https://arxiv.org/abs/cs.CL/0112017v1")]) == (
        "arxiv:cs.CL/0112017"
    )


def test_a_doi_is_known_whatever_its_case() -> None:
    links = [("paper", "https://doi.org/10.1145/3292500.3330701.")]
    assert identity_of("T", links) == "doi:10.1145/3292500.3330701"
    assert identity_of("T", [("paper", "https://dl.acm.org/doi/10.1145/ABC.1")]) == (
        identity_of("U", [("pdf", "https://doi.org/10.1145/abc.1")])
    )


def test_the_paper_link_counts_before_others() -> None:
    links = [
        ("survey", "https://arxiv.org/abs/2001.00001"),
        ("paper", "https://arxiv.org/abs/2305.1"),
    ]
    assert identity_of("T", links) == "arxiv:2001.00001"
    links[1] = ("paper", "https://arxiv.org/abs/2305.14314")
    assert identity_of("T", links) == "arxiv:2305.14314"


def test_without_either_the_title_counts_however_it_is_typed() -> None:
    local = [("paper", "file:///C:/Users/Lenovo/Desktop/0526.pdf")]
    assert identity_of("Sophia: A Scalable Optimizer", local) == "title:sophiaascalableoptimizer"
    assert identity_of("ＳＯＰＨＩＡ: a **Scalable**  optimizer", []) == (
        identity_of("Sophia: A Scalable Optimizer", [])
    )


def test_an_equal_address_alone_proves_nothing() -> None:
    links = [("paper", "https://example.org/paper.pdf")]
    assert identity_of("One", links) != identity_of("Another", links)


def test_nothing_to_go_by_is_no_identity() -> None:
    assert identity_of("", [("code", "https://github.com/a/b")]) == ""
    assert normalised("——！") == ""


def test_the_address_of_the_work_is_the_link_that_says_so() -> None:
    assert paper_url([("code", "c"), ("Paper", "p")]) == "p"
    assert paper_url([("code", "c")]) == ""
