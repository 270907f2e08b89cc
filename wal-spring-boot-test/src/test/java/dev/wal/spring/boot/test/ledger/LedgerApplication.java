package dev.wal.spring.boot.test.ledger;

import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.state.DurableMap;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** The application of the page about testing. */
@SpringBootApplication(proxyBeanMethods = false)
class LedgerApplication {
    @Bean
    DurableMap<Long, Account> accounts(DurableMaps maps) {
        return maps.map("accounts", Long.class, Account.class);
    }

    @Bean
    Transfers transfers(DurableMap<Long, Account> accounts, WalTemplate template) {
        return new Transfers(accounts, template);
    }
}
