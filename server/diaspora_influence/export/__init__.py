"""A release in the formats of other tools: one small module for each, one table of them all."""
