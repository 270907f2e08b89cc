package dev.wal.it.join;

/**
 * What one transaction writes into the table and into the map.
 *
 * @param id of a new row and entry
 * @param account id of a row and an entry that many transactions change: the amount is added to theirs
 * @param end how it is to end
 */
record Payment(long id, long account, long amount, End end) {

    /** How a transaction is to end. */
    enum End {
        COMMIT,
        /** The method throws when all its work is done. */
        THROW,
        /** The database refuses the commit, because only then it looks at a constraint. */
        REFUSED_AT_COMMIT
    }

    /** Unique in the table, looked at when the transaction commits. */
    long reference() {
        return end == End.REFUSED_AT_COMMIT ? account : id;
    }

    void endAsWanted() {
        if (end == End.THROW) {
            throw new Unwanted();
        }
    }

    /** Rolls a transaction back. */
    static final class Unwanted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
