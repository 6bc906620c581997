"""The release: what the Turtle is compiled into, and what everything else is a function of."""
