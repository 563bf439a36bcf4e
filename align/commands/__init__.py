"""The commands, a module each: arguments and options in, calls to the library, summaries out; no logic of their own."""
