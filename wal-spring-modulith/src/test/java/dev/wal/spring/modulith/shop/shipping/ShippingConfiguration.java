package dev.wal.spring.modulith.shop.shipping;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ShippingConfiguration {

    @Bean
    DurableMap<Long, Integer> shipmentMap(DurableMaps maps) {
        return maps.map("shipments", Long.class, Integer.class);
    }
}
