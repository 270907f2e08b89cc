package dev.wal.spring.boot.diagnostics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.spring.boot.autoconfigure.WalAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalListenerAutoConfiguration;
import dev.wal.spring.boot.autoconfigure.WalTransactionAutoConfiguration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Configuration;

/** An application that does not start, and what it says about that. */
final class FailedStart {
    private static final String RULE = "APPLICATION FAILED TO START";

    private FailedStart() {}

    /** What is printed for an operator; properties are given as on a command line. */
    static String analysis(CapturedOutput output, List<Class<?>> sources, String... properties) {
        List<Class<?>> all = new ArrayList<>(sources);
        all.add(Application.class);
        SpringApplication application = new SpringApplicationBuilder(all.toArray(Class<?>[]::new))
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .build();
        List<String> arguments = new ArrayList<>();
        for (String property : properties) {
            arguments.add("--" + property);
        }
        assertThatThrownBy(
                        () -> application.run(arguments.toArray(String[]::new)).close())
                .isInstanceOf(Exception.class);
        String printed = output.getAll();
        int start = printed.lastIndexOf(RULE);
        return start < 0 ? "" : printed.substring(start);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        WalAutoConfiguration.class,
        WalListenerAutoConfiguration.class,
        WalTransactionAutoConfiguration.class
    })
    static class Application {}
}
