package dev.wal.demo.ledger;

/** Refuses what cannot be a request. */
final class Check {
    private Check() {}

    static void that(boolean condition, String requirement) {
        if (!condition) {
            throw new InvalidRequestException(requirement);
        }
    }

    static void text(String name, String text, int lengthMax) {
        that(!text.isBlank(), name + " must not be blank");
        that(text.length() <= lengthMax, name + " must not be longer than " + lengthMax + " characters");
    }
}
