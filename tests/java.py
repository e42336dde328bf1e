"""Java's options for tests, in whichever environment they run."""

# Plans of a few rows run once: the optimising compiler costs more CPU than it saves. Without it Java keeps only 48 MB for
# compiled code, which a night fills: it goes on uncompiled, or ends. 240 MB is what it keeps with it.
SMALL_COMPILER = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
