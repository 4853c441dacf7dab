"""The addresses that the list links to: where they stand, whether they still lead somewhere."""
