"""What was found, as people and machines read it: a module for each format, one table of them."""
