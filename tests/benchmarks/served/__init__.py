"""The site as the benchmark serves it: the same, with one more address."""

KEEPING = "digest.caching.keeping"  # the middleware that keeps pages
