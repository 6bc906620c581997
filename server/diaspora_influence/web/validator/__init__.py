"""The validator behind /validate: a process of its own, and a child of it for each request."""
