package dev.wal.spring.boot.integration;

import dev.wal.record.WalChange;
import dev.wal.spring.listener.WalListener;
import dev.wal.state.WalState;
import java.io.InputStream;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A state and a listener whose exceptions tell what is in the row, and a listener that works. */
@Configuration(proxyBeanMethods = false)
class Faults {
    static final String OF_THE_STATE = "balances";
    static final String OF_THE_LISTENER = "alarms";

    @Bean
    Balances balances() {
        return new Balances();
    }

    @Bean
    Listeners faultyListeners() {
        return new Listeners();
    }

    private static IllegalStateException telling(WalChange change) {
        return new IllegalStateException("What is this? " + change.record());
    }

    static final class Balances implements WalState {
        @Override
        public String name() {
            return "balances";
        }

        @Override
        public Set<String> tables() {
            return Set.of(OF_THE_STATE);
        }

        @Override
        public void restore(int partition, InputStream snapshot) {}

        @Override
        public void apply(WalChange change) {
            throw telling(change);
        }

        @Override
        public Frozen freeze(int partition) {
            return out -> {};
        }
    }

    static class Listeners {
        @WalListener(id = "throwing", tables = OF_THE_LISTENER, tries = "1")
        void on(WalChange change) {
            throw telling(change);
        }

        @WalListener(id = "working", tables = "accounts")
        void onAccounts(WalChange change) {}
    }
}
