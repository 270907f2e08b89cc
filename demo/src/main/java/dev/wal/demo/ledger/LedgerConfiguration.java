package dev.wal.demo.ledger;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The state of the ledger: three maps that survive a crash. */
@Configuration(proxyBeanMethods = false)
class LedgerConfiguration {

    @Bean
    DurableMap<Long, Account> accounts(DurableMaps maps) {
        return maps.map("accounts", Long.class, Account.class);
    }

    @Bean
    DurableMap<Long, Transfer> transfers(DurableMaps maps) {
        return maps.map("transfers", Long.class, Transfer.class);
    }

    /** From the reference of a transfer to its number. */
    @Bean
    DurableMap<String, Long> references(DurableMaps maps) {
        return maps.map("references", String.class, Long.class);
    }
}
