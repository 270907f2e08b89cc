package dev.wal.spring.boot.test;

import static dev.wal.spring.boot.test.WalAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestContextManager;

/** Contexts in the cache of Spring's tests, each with a log. */
class ContextDirectoryTests {
    private static TestContextManager manager(Class<?> testClass) {
        return new TestContextManager(testClass);
    }

    private static ApplicationContext context(Class<?> testClass) {
        return manager(testClass).getTestContext().getApplicationContext();
    }

    private static Path directory(ApplicationContext context) {
        return context.getBean(WalManager.class).status().directory();
    }

    @Test
    void contextsOfDifferentConfigurationsHaveLogsOfTheirOwnAtTheSameTime() {
        ApplicationContext one = context(One.class);
        ApplicationContext another = context(Another.class);

        assertThat(directory(one)).isNotEqualTo(directory(another));
        assertThat(one.getBean(WalManager.class)).isOpen();
        assertThat(another.getBean(WalManager.class)).isOpen();
    }

    @Test
    void classesOfOneConfigurationShareAContextAndItsLog() {
        assertThat(context(One.class)).isSameAs(context(Same.class));
    }

    /** A context that is not in use is paused, and resumed when it is used again. */
    @Test
    void aLogGoesOnAfterItsContextWasPaused() {
        TestContextManager first = manager(One.class);
        ApplicationContext one = first.getTestContext().getApplicationContext();
        one.getBean(TestApplication.Numbers.class).put("before", 1);
        first.getTestContext().markApplicationContextUnused();
        TestContextManager other = manager(Another.class);
        other.getTestContext().getApplicationContext();
        other.getTestContext().markApplicationContextUnused();

        ApplicationContext again = context(One.class);
        again.getBean(TestApplication.Numbers.class).put("after", 2);

        assertThat(again).isSameAs(one);
        assertThat(again.getBean(WalManager.class)).isOpen();
        assertThat(again.getBean(WalManager.class)).recordsOf("audit").hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void theDirectoryGoesWithItsContext() {
        TestContextManager manager = manager(Closed.class);
        ConfigurableApplicationContext context =
                (ConfigurableApplicationContext) manager.getTestContext().getApplicationContext();
        Path directory = directory(context);
        assertThat(directory).isDirectory().isNotEqualTo(Path.of("./data/wal").toAbsolutePath());

        manager.getTestContext().markApplicationContextDirty(DirtiesContext.HierarchyMode.EXHAUSTIVE);

        assertThat(context.isActive()).isFalse();
        assertThat(directory).doesNotExist();
    }

    @Test
    void aSegmentSizeOfTheApplicationIsKept() {
        assertThat(context(One.class).getBean(WalManager.class).options().segmentSize())
                .isEqualTo(1 << 20);
        assertThat(context(Another.class).getBean(WalManager.class).options().segmentSize())
                .isEqualTo(64 << 10);
    }

    @SpringBootTest(classes = TestApplication.class)
    @AutoConfigureWal
    static class One {}

    @SpringBootTest(classes = TestApplication.class)
    @AutoConfigureWal
    static class Same {}

    @SpringBootTest(classes = TestApplication.class, properties = "wal.segment.size=64KB")
    @AutoConfigureWal
    static class Another {}

    @SpringBootTest(classes = TestApplication.class, properties = "wal.directory=./data/wal")
    @AutoConfigureWal
    static class Closed {}
}
