"""What shapes cannot ask: whether names exist and are spelt as ours, and literals are what terms take."""
