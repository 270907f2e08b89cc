package dev.wal.state;

import dev.wal.record.Value;
import java.util.Map;
import java.util.TreeMap;

/** How the values of a map are written now, and how what earlier versions of it wrote is read. Immutable. */
final class Schema<V> {
    private final String table;
    private final Serializer<V> serializer;
    private final int version;
    private final Map<Integer, Upcaster> upcasters;

    /**
     * @param version of what is written now, from 1
     * @param upcasters by the version that they start from
     * @throws IllegalArgumentException if they do not lead to the version without a gap
     */
    Schema(String table, Serializer<V> serializer, int version, Map<Integer, Upcaster> upcasters) {
        this.table = table;
        this.serializer = serializer;
        this.version = version;
        this.upcasters = new TreeMap<>(upcasters);
        if (version < 1) {
            throw new IllegalArgumentException(
                    "Schema versions of map '" + table + "' count from 1, but this one is " + version);
        }
        int lowest = this.upcasters.keySet().stream().findFirst().orElse(version);
        for (int from = lowest; from < version; from++) {
            if (!upcasters.containsKey(from)) {
                throw new IllegalArgumentException("Map '" + table + "' has no upcaster from schema version " + from
                        + " to " + (from + 1) + ", though it has one from version " + lowest);
            }
        }
        if (lowest < 1 || upcasters.size() > version - lowest) {
            throw new IllegalArgumentException(
                    "Map '" + table + "' has upcasters from versions " + this.upcasters.keySet()
                            + "; with schema version " + version + " they start from 1 to " + (version - 1));
        }
    }

    int version() {
        return version;
    }

    Value toValue(V object) {
        return serializer.toValue(object);
    }

    /** @throws SchemaVersionException if there is no way from the version to that of now */
    V fromValue(Value value, long writtenBy) {
        if (writtenBy == version) {
            return serializer.fromValue(value);
        }
        if (writtenBy > version) {
            throw new SchemaVersionException("The log has a value of table '" + table + "' with schema version "
                    + writtenBy + ", but map '" + table + "' knows versions up to " + version
                    + " only. A later version of the program wrote it: run that one.");
        }
        Value current = value;
        for (int from = (int) writtenBy; from < version; from++) {
            Upcaster upcaster = upcasters.get(from);
            if (upcaster == null) {
                throw new SchemaVersionException("The log has a value of table '" + table + "' with schema version "
                        + writtenBy + ", and map '" + table + "' has no upcaster from version " + from + " to "
                        + (from + 1) + ". Add it.");
            }
            current = upcaster.upcast(current);
        }
        return serializer.fromValue(current);
    }
}
