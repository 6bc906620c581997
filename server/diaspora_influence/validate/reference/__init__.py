"""pyshacl as the judge: the graph, the shapes, its errors as ours."""
