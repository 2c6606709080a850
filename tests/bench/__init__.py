"""`make bench`: what the forum costs, as ratios taken in one interleaved run. Speed is no test: nothing here fails for being slow."""
