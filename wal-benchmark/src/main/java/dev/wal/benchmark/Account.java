package dev.wal.benchmark;

import dev.wal.record.Value;
import dev.wal.state.Serializer;
import dev.wal.state.Serializers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What the maps hold that are measured: a record of five fields. */
record Account(long id, String owner, String currency, long balance, long changedMicros) {
    static final Serializer<Account> SERIALIZER = Serializers.records(Account.class);
    private static final int NUMBERS_SIZE = 3 * Long.BYTES + 2;

    /** What the maps are filled with, for tables. */
    static String describe(int entries) {
        Value.Bytes stored = (Value.Bytes) SERIALIZER.toValue(of(entries - 1));
        return Numbers.count(entries) + " accounts (long → record of 5 fields; Serializers.records, "
                + stored.value().length + " bytes a value)";
    }

    static Account of(long id) {
        return new Account(id, "owner " + id, "EUR", 1_000, 0);
    }

    /** As the engine keeps it: what was stored and read, which shares no text with others. */
    static Account readBack(long id) {
        return SERIALIZER.fromValue(SERIALIZER.toValue(of(id)));
    }

    Account plus(long amount) {
        return new Account(id, owner, currency, balance + amount, changedMicros + 1);
    }

    /** For maps that have no serializer for records. */
    byte[] toBytes() {
        byte[] ownerBytes = owner.getBytes(StandardCharsets.UTF_8);
        byte[] currencyBytes = currency.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(NUMBERS_SIZE + ownerBytes.length + currencyBytes.length)
                .putLong(id)
                .putLong(balance)
                .putLong(changedMicros)
                .put((byte) ownerBytes.length)
                .put(ownerBytes)
                .put((byte) currencyBytes.length)
                .put(currencyBytes)
                .array();
    }

    static Account fromBytes(ByteBuffer bytes) {
        long id = bytes.getLong();
        long balance = bytes.getLong();
        long changedMicros = bytes.getLong();
        String owner = text(bytes);
        return new Account(id, owner, text(bytes), balance, changedMicros);
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[bytes.get()];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
