package dev.wal.log;

import dev.wal.interleaving.Scenario;
import java.util.IdentityHashMap;
import java.util.Map;

/** Threads that share a place of the pool take arrays and give them away. */
public final class PayloadPoolScenario implements Scenario {
    private static final int PLACES = 128;

    private final PayloadPool pool = new PayloadPool();
    private final Map<byte[], String> owners = new IdentityHashMap<>();

    @Override
    @SuppressWarnings("DeadThread") // Made only to use up their ids, so that the owners share a place.
    public void run(Run run) {
        for (int i = 0; i < 3; i++) {
            String owner = "owner " + i;
            run.start(owner, () -> {
                for (int j = 0; j < 4; j++) {
                    use(run, owner);
                }
            });
            for (int skipped = 1; skipped < PLACES; skipped++) {
                new Thread(() -> {}, "unused");
            }
        }
    }

    private void use(Run run, String owner) {
        byte[] array = pool.take(1 + run.choose(2_000));
        String other = owners.put(array, owner);
        if (other != null) {
            throw new AssertionError(owner + " got an array of " + other);
        }
        run.step();
        owners.remove(array);
        pool.give(array);
    }
}
