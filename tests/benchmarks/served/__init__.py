"""The site as the benchmark serves it: the same, with one more address."""
