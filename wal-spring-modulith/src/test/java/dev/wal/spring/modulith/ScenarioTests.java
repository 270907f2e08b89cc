package dev.wal.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.spring.modulith.shop.ShopApplication;
import dev.wal.spring.modulith.shop.orders.OrderPlaced;
import dev.wal.spring.modulith.shop.orders.Orders;
import dev.wal.spring.modulith.shop.shipping.Carrier;
import dev.wal.spring.modulith.shop.shipping.Shipping;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.modulith.test.EnableScenarios;
import org.springframework.modulith.test.Scenario;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Spring Modulith's own means for testing events work on the log. */
@SpringBootTest(classes = {ShopApplication.class, ScenarioTests.TestConfiguration.class})
@EnableScenarios
@DirtiesContext
class ScenarioTests {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    @Autowired
    private Orders orders;

    @Autowired
    private Shipping shipping;

    @DynamicPropertySource
    static void log(DynamicPropertyRegistry properties) {
        properties.add("wal.directory", directory::toString);
        properties.add("wal.segment.size", () -> "256KB");
    }

    @Configuration(proxyBeanMethods = false)
    static class TestConfiguration {
        @Bean
        Carrier carrier() {
            return order -> {};
        }
    }

    @Test
    void aScenarioPublishesAnEventAndWaitsForWhatItChanges(Scenario scenario) {
        scenario.publish(new OrderPlaced(1))
                .andWaitAtMost(TIMEOUT)
                .andWaitForStateChange(() -> shipping.shipments(1), count -> count > 0)
                .andVerify(count -> assertThat(count).isEqualTo(1));
    }

    @Test
    void aScenarioCallsAModuleAndSeesItsEvent(Scenario scenario) {
        scenario.stimulate(() -> orders.place(2))
                .andWaitAtMost(TIMEOUT)
                .andWaitForEventOfType(OrderPlaced.class)
                .matching(event -> event.order() == 2)
                .toArrive();
    }
}
