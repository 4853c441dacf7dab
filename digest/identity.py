"""Which work a paper is, for both rooms; the codec's rules ask it, too, so it is kept there."""

from digest.readme.identity import identity_of, normalised, paper_url

__all__ = ["identity_of", "normalised", "paper_url"]
