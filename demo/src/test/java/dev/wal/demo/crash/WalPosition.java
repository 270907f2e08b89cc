package dev.wal.demo.crash;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** How far the partitions of the log are. */
record WalPosition(Map<Integer, Lsns> partitions) {

    record Lsns(long appended, long durable, long checkpoint) {
        private Lsns max(Lsns other) {
            return new Lsns(
                    Math.max(appended, other.appended),
                    Math.max(durable, other.durable),
                    Math.max(checkpoint, other.checkpoint));
        }
    }

    static final WalPosition NONE = new WalPosition(Map.of());

    static WalPosition of(JsonNode wal) {
        Map<Integer, Lsns> partitions = new TreeMap<>();
        wal.get("partitions")
                .forEach(partition -> partitions.put(
                        partition.get("partition").intValue(),
                        new Lsns(
                                partition.get("appendedLsn").longValue(),
                                partition.get("durableLsn").longValue(),
                                partition.get("checkpointLsn").longValue())));
        return new WalPosition(partitions);
    }

    /** The farthest of two. */
    WalPosition max(WalPosition other) {
        Map<Integer, Lsns> farthest = new TreeMap<>(partitions);
        other.partitions.forEach((partition, lsns) -> farthest.merge(partition, lsns, Lsns::max));
        return new WalPosition(farthest);
    }

    /** Whether nothing that was durable at an earlier moment has got lost or been given out again. */
    boolean continues(WalPosition earlier) {
        return earlier.partitions.entrySet().stream().allMatch(entry -> {
            Lsns now = partitions.get(entry.getKey());
            return now != null
                    && now.appended >= entry.getValue().durable
                    && now.checkpoint >= entry.getValue().checkpoint;
        });
    }

    /** Whether all that was appended at an earlier moment is there, forced or not. */
    boolean includes(WalPosition earlier) {
        return earlier.partitions.entrySet().stream().allMatch(entry -> {
            Lsns now = partitions.get(entry.getKey());
            return now != null && now.appended >= entry.getValue().appended;
        });
    }
}
