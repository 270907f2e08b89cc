package dev.wal.spring.modulith.shop.orders;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class OrdersConfiguration {

    @Bean
    DurableMap<Long, String> orderMap(DurableMaps maps) {
        return maps.map("orders", Long.class, String.class);
    }
}
