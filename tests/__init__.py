"""A package, so that the zoo is one for the tests and for the benchmarks alike."""
