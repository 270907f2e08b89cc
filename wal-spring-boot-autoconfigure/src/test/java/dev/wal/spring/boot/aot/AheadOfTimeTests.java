package dev.wal.spring.boot.aot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.CheckpointReport;
import dev.wal.recovery.PartitionRecovery;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.boot.actuate.WalCheckpointEndpoint;
import dev.wal.spring.boot.actuate.WalCheckpointEndpointWebExtension;
import dev.wal.spring.boot.actuate.WalEndpoint;
import dev.wal.spring.boot.actuate.WalRecoveryEndpoint;
import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** What ahead-of-time processing finds out. */
class AheadOfTimeTests {
    @TempDir
    Path directory;

    record AccountKey(String bank, long number) {}

    record Account(Owner owner, long balance) {}

    record Owner(String name) {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                WalEndpoint.WalDescriptor.class,
                WalEndpoint.DiskDescriptor.class,
                WalEndpoint.PartitionDescriptor.class,
                WalRecoveryEndpoint.RecoveryDescriptor.class,
                PartitionRecovery.class,
                WalCheckpointEndpoint.CheckpointsDescriptor.class,
                WalCheckpointEndpoint.CheckpointDescriptor.class,
                WalCheckpointEndpoint.ReportDescriptor.class,
                CheckpointReport.Partition.class,
                WalCheckpointEndpointWebExtension.ErrorDescriptor.class
            })
    void answersOfEndpointsCanBeWritten(Class<?> answer) throws Exception {
        RuntimeHints hints = new RuntimeHints();
        new WalEndpointRuntimeHints().registerHints(hints, getClass().getClassLoader());

        String component = answer.getRecordComponents()[0].getName();
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(answer, component))
                .accepts(hints);
    }

    @Test
    void keysAndValuesOfMapsCanBeWrittenAndRead() throws Exception {
        RuntimeHints hints = processed().getRuntimeHints();

        for (Class<?> stored : List.of(AccountKey.class, Account.class, Owner.class)) {
            assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(stored.getDeclaredConstructors()[0]))
                    .accepts(hints);
        }
    }

    @Test
    void processingOpensNoLog() {
        DefaultGenerationContext processed = processed();

        assertThat(((InMemoryGeneratedFiles) processed.getGeneratedFiles())
                        .getGeneratedFiles(GeneratedFiles.Kind.SOURCE))
                .isNotEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    private DefaultGenerationContext processed() {
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get("dev.wal.spring.boot.aot", "Generated")),
                new InMemoryGeneratedFiles());
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        TestPropertyValues.of("wal.directory=" + directory).applyTo(context);
        context.register(Application.class);
        new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        generation.writeGeneratedContent();
        return generation;
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({WalAutoConfiguration.class, WalTransactionAutoConfiguration.class})
    static class Application {
        @Bean
        DurableMap<AccountKey, Account> accounts(DurableMaps maps) {
            return maps.map("accounts", AccountKey.class, Account.class);
        }

        @Bean
        DurableMap<Long, String> names(DurableMaps maps) {
            return maps.map("names", Long.class, String.class);
        }
    }
}
