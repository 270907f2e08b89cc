package dev.wal.benchmark;

import dev.wal.benchmark.peer.Peers;
import dev.wal.benchmark.peer.Work;
import dev.wal.common.Durability;
import java.util.List;
import java.util.stream.Stream;

/** The engine and its peers, which commit the same work durably. */
final class DurableContenders {
    static final String ENGINE = "engine";
    static final Work WORK = new Work(4, Engine.VALUE_SIZE, true);

    private DurableContenders() {}

    static List<Contender> all(Durability durability, int threads) {
        return Stream.concat(
                        Stream.of(Engine.transactions(ENGINE, durability, WORK.operations(), threads)),
                        Peers.durable().stream().map(peer -> peer.contender(WORK, threads)))
                .toList();
    }

    /** Of those that take part. */
    static List<String> names(RoundOptions options) {
        return all(Durability.groupCommit(), 1).stream()
                .map(Contender::name)
                .filter(options::takesPart)
                .toList();
    }
}
