"""The scratch dataset: empty at the start, in memory, changed by updates in processes that can be killed."""
