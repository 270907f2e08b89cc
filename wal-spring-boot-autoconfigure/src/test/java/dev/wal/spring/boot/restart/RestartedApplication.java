package dev.wal.spring.boot.restart;

import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.state.DurableMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Runs an application whose classes are loaded anew for each restart, stores what it read, and returns it. Made by reflection. */
public final class RestartedApplication implements Function<String, Map<String, Object>> {
    /** A value whose class is another one after each restart. */
    public record Counter(int starts) {}

    @Override
    public Map<String, Object> apply(String directory) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Configured.class)
                .web(WebApplicationType.NONE)
                .properties("wal.directory=" + directory, "wal.segment.size=64KB")
                .run()) {
            return context.getBean(Configured.class).count(context);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({WalAutoConfiguration.class, WalTransactionAutoConfiguration.class})
    static class Configured {
        @Bean
        DurableMap<String, Counter> counters(DurableMaps maps) {
            return maps.map("counters", String.class, Counter.class);
        }

        @SuppressWarnings("unchecked") // The only map bean.
        Map<String, Object> count(ConfigurableApplicationContext context) {
            DurableMap<String, Counter> counters = context.getBean(DurableMap.class);
            Counter before = counters.get("starts");
            Counter now = new Counter(before == null ? 1 : before.starts() + 1);
            context.getBean(WalTemplate.class).execute(status -> counters.put("starts", now));
            return Map.of("starts", counters.get("starts").starts(), "class", now.getClass());
        }
    }
}
