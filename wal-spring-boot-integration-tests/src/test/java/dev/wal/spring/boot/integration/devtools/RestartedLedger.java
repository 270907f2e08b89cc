package dev.wal.spring.boot.integration.devtools;

import dev.wal.record.WalChange;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.boot.integration.devtools.kept.Loaders;
import dev.wal.spring.listener.WalListener;
import dev.wal.state.DurableMap;
import dev.wal.state.Serializers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.Transactional;

/**
 * Counts its starts in maps, tells each of them, and tells when nothing of the starts before is left in memory. But for the first: Spring Boot keeps its class loader for as long as the process lives, in the
 * converter that all binding of properties shares, and in its shutdown hooks.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
public class RestartedLedger {
    private static final long PATIENCE_SECONDS = 60;

    /** A value that is stored as JSON. */
    public record Start(int number, String loader) {}

    /** A value that is stored by its components. */
    public record Total(int starts) {}

    public static void main(String[] arguments) {
        SpringApplication.run(RestartedLedger.class, arguments);
    }

    @Bean
    DurableMap<String, Start> starts(DurableMaps maps) {
        return maps.map("starts", String.class, Start.class);
    }

    @Bean
    DurableMap<String, Total> totals(DurableMaps maps) {
        return maps.map("totals", Serializers.strings(), Serializers.records(Total.class));
    }

    @Bean
    Starts startService(DurableMap<String, Start> starts, DurableMap<String, Total> totals) {
        return new Starts(starts, totals);
    }

    @Bean
    Told told() {
        return new Told();
    }

    @Bean
    CommandLineRunner count(Starts starts, Told told) {
        return arguments -> {
            int number = starts.count();
            if (!told.changes.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The listener was not told of both changes");
            }
            ClassLoader loader = RestartedLedger.class.getClassLoader();
            System.out.println("STARTED " + number + " by " + loader.getClass().getSimpleName());
            if (number > 1) {
                Loaders.add(loader);
            }
            // What a restart leaves behind is let go of when this start is over.
            Thread watch = new Thread(RestartedLedger::tellWhatIsAlive, "watch");
            watch.setDaemon(true);
            watch.start();
        };
    }

    private static void tellWhatIsAlive() {
        try {
            System.out.println(
                    "CLASS LOADERS ALIVE " + Loaders.awaitCollected(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)));
        } catch (InterruptedException e) {
            System.out.println(e);
        }
    }

    /** Changes both maps in one transaction. */
    public static class Starts {
        private final DurableMap<String, Start> starts;
        private final DurableMap<String, Total> totals;

        Starts(DurableMap<String, Start> starts, DurableMap<String, Total> totals) {
            this.starts = starts;
            this.totals = totals;
        }

        /** Which start this is. What was read is of the class that this start has loaded, or it could not be asked. */
        @Transactional
        public int count() {
            Start last = starts.get("last");
            Total total = totals.get("all");
            int before = last == null ? 0 : last.number();
            if (before != (total == null ? 0 : total.starts())) {
                throw new IllegalStateException(last + " and " + total);
            }
            starts.put("last", new Start(before + 1, getClass().getClassLoader().toString()));
            totals.put("all", new Total(before + 1));
            return before + 1;
        }
    }

    /** A listener, whose thread ends with the start. */
    public static class Told {
        private final CountDownLatch changes = new CountDownLatch(2);

        @WalListener(
                id = "told",
                tables = {"starts", "totals"})
        void on(WalChange change) {
            changes.countDown();
        }
    }
}
