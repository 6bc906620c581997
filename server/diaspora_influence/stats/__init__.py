"""What can be counted: a release's claims, and how far two coders of a text agree."""
