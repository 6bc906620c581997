"""Where in a file a finding stands, and the words of its line."""
