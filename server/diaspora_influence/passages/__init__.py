"""Where in a source's text a claim stands: positions and digests, never the words."""
