package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.context.metrics.buffering.StartupTimeline;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.metrics.StartupStep;

/** Recovery in the timeline of the application's start. */
class StartupStepsTests {
    @TempDir
    Path directory;

    @Test
    void openingAndRestoringAreSteps() {
        try (ConfigurableApplicationContext first = start(new BufferingApplicationStartup(2000))) {
            DurableMap<Long, Long> numbers = numbers(first);
            first.getBean(WalTemplate.class).execute(status -> numbers.put(1L, 1L));
            first.getBean(WalTemplate.class).execute(status -> numbers.put(2L, 2L));
        }
        BufferingApplicationStartup startup = new BufferingApplicationStartup(2000);
        try (ConfigurableApplicationContext second = start(startup)) {
            assertThat(numbers(second).get(2L)).isEqualTo(2);
        }

        List<StartupStep> steps = startup.getBufferedTimeline().getEvents().stream()
                .map(StartupTimeline.TimelineEvent::getStartupStep)
                .toList();
        assertThat(tags(steps, "wal.open"))
                .containsEntry("directory", directory.toString())
                .containsEntry("partitions", "4")
                .containsEntry("created", "false")
                .containsEntry("transactions", "2");
        assertThat(tags(steps, "wal.restore-states"))
                .containsEntry("states", "1")
                .containsEntry("changes", "2");
    }

    @SuppressWarnings("unchecked") // The only map bean.
    private static DurableMap<Long, Long> numbers(ConfigurableApplicationContext context) {
        return context.getBean(DurableMap.class);
    }

    private static Map<String, String> tags(List<StartupStep> steps, String name) {
        Map<String, String> tags = new HashMap<>();
        assertThat(steps)
                .filteredOn(step -> step.getName().equals(name))
                .hasSize(1)
                .allSatisfy(step -> step.getTags().forEach(tag -> tags.put(tag.getKey(), tag.getValue())));
        return tags;
    }

    private ConfigurableApplicationContext start(BufferingApplicationStartup startup) {
        SpringApplication application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties("wal.directory=" + directory, "wal.segment.size=64KB", "wal.checkpoint.on-shutdown=false")
                .build();
        application.setApplicationStartup(startup);
        return application.run();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        WalAutoConfiguration.class,
        WalTransactionAutoConfiguration.class,
        TransactionAutoConfiguration.class
    })
    static class Application {
        @Bean
        DurableMap<Long, Long> numbers(DurableMaps maps) {
            return maps.map("numbers", Long.class, Long.class);
        }
    }
}
