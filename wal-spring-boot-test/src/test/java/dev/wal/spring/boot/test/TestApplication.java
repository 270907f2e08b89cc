package dev.wal.spring.boot.test;

import dev.wal.record.Row;
import dev.wal.record.Value;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.state.DurableMap;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.annotation.Transactional;

/** What is tested in these tests of tests. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class TestApplication {
    @Bean
    DurableMap<String, Integer> numbers(DurableMaps maps) {
        return maps.map("numbers", String.class, Integer.class);
    }

    @Bean
    Numbers service(DurableMap<String, Integer> numbers, WalTemplate template) {
        return new Numbers(numbers, template);
    }

    /** Writes to a map and to a table of its own. */
    public static class Numbers {
        private final DurableMap<String, Integer> numbers;
        private final WalTemplate template;

        Numbers(DurableMap<String, Integer> numbers, WalTemplate template) {
            this.numbers = numbers;
            this.template = template;
        }

        @Transactional
        public void put(String key, int value) {
            numbers.put(key, value);
            template.insert("audit", value, Row.of(Value.of(key)));
        }
    }
}
