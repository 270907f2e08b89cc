package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.record.WalChange;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalJoinAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalListenerAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.spring.listener.WalListener;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** The example at the head of the page about databases. */
class OrdersSampleTests {
    @TempDir
    Path directory;

    static class Orders {
        private final JdbcTemplate rows;
        private final DurableMap<Long, String> shipments;
        private final BlockingQueue<String> warehouse;

        Orders(JdbcTemplate rows, DurableMap<Long, String> shipments, BlockingQueue<String> warehouse) {
            this.rows = rows;
            this.shipments = shipments;
            this.warehouse = warehouse;
        }

        @Transactional
        public void place(long id, String address) {
            rows.update("insert into orders values (?)", id);
            shipments.put(id, address);
        }

        @WalListener(id = "warehouse", tables = "shipments")
        public void on(WalChange change) {
            warehouse.add(change.table());
        }
    }

    @Test
    @SuppressWarnings("unchecked") // The only map of the application.
    void anOrderIsInTheTableAndInTheMapAndIsHandedOn() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalJoinAutoConfiguration.class,
                        WalListenerAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        TransactionAutoConfiguration.class))
                .withUserConfiguration(Shop.class)
                .withPropertyValues(
                        "wal.directory=" + directory,
                        "wal.segment.size=64KB",
                        "wal.transaction.join=prepared",
                        "spring.datasource.url=" + JoinedApplication.newDatabase())
                .run(context -> {
                    JdbcTemplate rows = context.getBean(JdbcTemplate.class);
                    rows.execute("create table orders (id bigint primary key)");
                    Orders orders = context.getBean(Orders.class);
                    orders.place(1, "Main Street");

                    assertThat(rows.queryForList("select id from orders", Long.class))
                            .containsExactly(1L);
                    DurableMap<Long, String> shipments = context.getBean(DurableMap.class);
                    assertThat(shipments.get(1L)).isEqualTo("Main Street");
                    assertThat(context.getBean(Warehouse.class).orders.poll(30, TimeUnit.SECONDS))
                            .isNotNull();
                });
    }

    /** Sees what the proxy of the orders hides. */
    record Warehouse(BlockingQueue<String> orders) {}

    @Configuration(proxyBeanMethods = false)
    static class Shop {
        private final BlockingQueue<String> handedOn = new LinkedBlockingQueue<>();

        @Bean
        DurableMap<Long, String> shipments(DurableMaps maps) {
            return maps.map("shipments", Long.class, String.class);
        }

        @Bean
        Orders orders(JdbcTemplate rows, DurableMap<Long, String> shipments) {
            return new Orders(rows, shipments, handedOn);
        }

        @Bean
        Warehouse warehouse() {
            return new Warehouse(handedOn);
        }
    }
}
