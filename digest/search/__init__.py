"""Search in Chinese and English, by the indexes of SQLite (FTS5) and PostgreSQL (GIN).

Each database would cut text into words in its own way, and neither knows Chinese.  So ``tokens``
does that here, once for both, and they are given nothing but tokens: the same query finds the same
articles on each, and no text that a reader types can be taken for a database's query syntax.

    text ──tokens──▶ SearchDocument ──fields──▶ FTS5 or GIN ◀──fields── Query ◀──query── q=…
                        (index)                     │
                                                  hits ──marks──▶ the page
"""
