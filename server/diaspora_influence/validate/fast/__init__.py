"""A SHACL engine of our own for shapes such as ours: constraints asked of all nodes at once, and SPARQL."""
