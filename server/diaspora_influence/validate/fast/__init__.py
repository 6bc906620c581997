"""A SHACL engine of our own for shapes such as ours: core in Python, SPARQL as one query a constraint."""
