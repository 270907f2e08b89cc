package dev.wal.spring.modulith.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.util.FileSystemUtils;

/**
 * Kills an application between publishing and completing, and looks at what is delivered afterwards: each event of a committed transaction at least once, none of a rolled-back one, and
 * none again that was completed. {@code crash.rounds} and {@code crash.seed} say how often, and make the same decisions again.
 */
class EventDeliveryCrashIT {
    private static final int ROUNDS = Integer.getInteger("crash.rounds", 3);
    private static final long SEED = Long.getLong("crash.seed", System.nanoTime());
    private static final int REPORTS_MAX = 10;
    private static final int COMMITS_PER_REPORT = 20;
    private static final int KILL_DELAY_MICROS_MAX = 30_000;
    private static final long ORDERS_PER_ROUND = 1_000_000;

    private Path home;

    @BeforeEach
    void emptyHome(TestInfo test) throws IOException {
        home = Path.of("target", "crash", test.getTestMethod().orElseThrow().getName())
                .toAbsolutePath();
        FileSystemUtils.deleteRecursively(home);
        Files.createDirectories(home);
    }

    @Test
    void aKillAtAnyStepOfADeliveryLosesNothing() throws Exception {
        withOutput(() -> {
            placeAndKillAt("published", 1);
            placeAndKillAt("before-markProcessing", 2);
            killAt("after-markResubmitted:2", "start", 0);
            placeAndKillAt("after-markProcessing", 3);
            placeAndKillAt("delivered", 4);
            placeAndKillAt("before-markCompleted", 5);
            placeAndKillAt("after-markCompleted", 6);
            Audit audit = drain();

            assertThat(audit.count("placed", 1))
                    .as("an order that did not commit")
                    .isZero();
            assertThat(audit.count("delivered", 1)).as("its deliveries").isZero();
            assertThat(audit.count("delivered", 2))
                    .as("after it was resubmitted in vain")
                    .isPositive();
            assertThat(audit.count("delivered", 3))
                    .as("killed before the listener")
                    .isPositive();
            assertThat(audit.count("delivered", 4)).as("killed in the listener").isGreaterThanOrEqualTo(2);
            assertThat(audit.count("shipped", 4))
                    .as("committed by the listener")
                    .isPositive();
            assertThat(audit.count("delivered", 5))
                    .as("killed before completion")
                    .isGreaterThanOrEqualTo(2);
            assertThat(audit.count("delivered", 6))
                    .as("completed before the kill")
                    .isEqualTo(1);
            assertThat(audit.count("shipped", 6)).isEqualTo(1);
        });
    }

    @Test
    void aKillUnderLoadLosesNothing() throws Exception {
        Random random = new Random(SEED);
        withOutput(() -> {
            for (int round = 1; round <= ROUNDS; round++) {
                try (ShopProcess shop = ShopProcess.start(home, "-", "load", round * ORDERS_PER_ROUND)) {
                    shop.await("committed " + COMMITS_PER_REPORT * (1 + random.nextInt(REPORTS_MAX)));
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(KILL_DELAY_MICROS_MAX)));
                    shop.kill();
                }
            }
            Audit audit = drain();

            assertThat(audit.orders("committed")).hasSizeGreaterThanOrEqualTo(ROUNDS * COMMITS_PER_REPORT);
            assertThat(audit.orders("rolled-back")).isNotEmpty();
            System.out.println("Crash test of event delivery: " + audit.summary() + " (seed " + SEED + ")");
        });
    }

    @Test
    void theShopEndsWithTheProcessThatStartedIt() throws Exception {
        withOutput(() -> {
            try (ShopProcess shop = ShopProcess.start(home, "published:1", "place", 1)) {
                shop.await("at published:1");
                shop.closeInput();
                assertThat(shop.awaitEnd()).isNotZero();
            }
        });
    }

    private void placeAndKillAt(String step, long order) throws Exception {
        killAt(step + ":" + order, "place", order);
    }

    private void killAt(String point, String command, long order) throws Exception {
        try (ShopProcess shop = ShopProcess.start(home, point, command, order)) {
            shop.await("at " + point);
            shop.kill();
        }
    }

    private Audit drain() throws Exception {
        try (ShopProcess shop = ShopProcess.start(home, "-", "drain", 0)) {
            shop.await("drained");
            assertThat(shop.awaitEnd()).isZero();
        }
        Audit audit = new Audit(Journal.read(home.resolve("journal")));
        audit.check();
        return audit;
    }

    private interface Body {
        void run() throws Exception;
    }

    private void withOutput(Body body) throws Exception {
        try {
            body.run();
        } catch (Throwable e) {
            System.out.println("The last that the shop printed (seed " + SEED + "):\n" + ShopProcess.tail(home));
            throw e;
        }
    }

    /** What the journal says. */
    private record Audit(List<Journal.Line> lines) {

        long count(String event, long order) {
            return lines.stream().filter(new Journal.Line(event, order)::equals).count();
        }

        Set<Long> orders(String event) {
            Set<Long> orders = new HashSet<>();
            lines.stream().filter(line -> line.event().equals(event)).forEach(line -> orders.add(line.order()));
            return orders;
        }

        void check() {
            assertThat(orders("placed")).as("placed").containsAll(orders("committed"));
            assertThat(orders("rolled-back")).as("rolled back").noneMatch(orders("placed")::contains);
            assertThat(orders("delivered")).as("delivered").isEqualTo(orders("placed"));
            assertThat(orders("shipped")).as("shipped by the listener").isEqualTo(orders("placed"));
            assertThat(deliveredAfterCompletion())
                    .as("delivered after completion")
                    .isEmpty();
        }

        private Set<Long> deliveredAfterCompletion() {
            Set<Long> completed = new HashSet<>();
            Set<Long> again = new HashSet<>();
            for (Journal.Line line : lines) {
                if (line.event().equals("completed")) {
                    completed.add(line.order());
                } else if (line.event().equals("delivered") && completed.contains(line.order())) {
                    again.add(line.order());
                }
            }
            return again;
        }

        String summary() {
            Map<Long, Integer> deliveries = new HashMap<>();
            lines.stream()
                    .filter(line -> line.event().equals("delivered"))
                    .forEach(line -> deliveries.merge(line.order(), 1, Integer::sum));
            long again = deliveries.values().stream().filter(count -> count > 1).count();
            return "%d committed, %d rolled back, %d delivered, %d of them more than once"
                    .formatted(orders("committed").size(), orders("rolled-back").size(), deliveries.size(), again);
        }
    }
}
