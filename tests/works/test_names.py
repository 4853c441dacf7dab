"""A name in one piece is parted where that is safe, and kept whole where it is not."""

import pytest

from digest.bibliography import Author
from editorial.works.names import parted


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Tim Dettmers", Author("Dettmers", "Tim")),
        ("Laurens  van der Maaten", Author("van der Maaten", "Laurens")),
        ("Yoav Shoham-Levy Jr.", Author("Shoham-Levy Jr.", "Yoav")),
        ("L. Rosenfeld", Author("Rosenfeld", "L.")),
        ("Étienne Élan", Author("Élan", "Étienne")),
        ("danah boyd", Author("boyd", "danah")),
        ("OpenAI", Author("OpenAI")),
        ("Gemini Team", Author("Gemini Team")),
        ("BigScience Workshop: Teven Le Scao", Author("BigScience Workshop: Teven Le Scao")),
        ("The ATLAS Collaboration", Author("The ATLAS Collaboration")),
        ("01. AI", Author("01. AI")),
        ("王小明", Author("王小明")),
        ("王 小明", Author("王 小明")),
    ],
)
def test_a_name_is_parted(name: str, author: Author) -> None:
    assert parted(name) == author
