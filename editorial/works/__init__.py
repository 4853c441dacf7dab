"""What the registries of papers (arXiv, Crossref) know of the works that the list is about."""
