package dev.wal.it.join;

/** Whom a kill hits. */
enum Kill {
    APPLICATION,
    DATABASE,
    BOTH
}
