"""The commands of `dio`, one module each: `add_arguments(parser)` and `run(args) -> exit code`."""
