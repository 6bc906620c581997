"""RDF in each format: its triples with their lines, and what is refused before a parser sees it."""
