package dev.wal.spring.boot.test;

import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Gives a new context its directory. All of them are equal, so that they keep no two configurations apart that are else the same: the cache then hands out one context, with one directory.
 */
record WalContextCustomizer() implements ContextCustomizer {
    private static final String NAME = "temporaryWalDirectory";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        Path directory = TemporaryDirectories.create();
        // Before any bean, so that it is destroyed after all of them: the log must have been closed by then.
        ((DefaultSingletonBeanRegistry) context.getBeanFactory())
                .registerDisposableBean(NAME, () -> TemporaryDirectories.delete(directory));
        MutablePropertySources sources = context.getEnvironment().getPropertySources();
        sources.addFirst(new MapPropertySource(NAME, Map.of("wal.directory", directory.toString())));
        sources.addLast(new MapPropertySource(NAME + "Defaults", Map.of("wal.segment.size", "1MB")));
    }
}
