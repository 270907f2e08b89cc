package dev.wal.it.join;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application under test, as a process that can be killed: a table of PostgreSQL and a map of the log, changed in the same transactions. Says what its map holds as soon as a bean
 * has it, then that it has started, and obeys.
 */
final class JoinedApplication {
    private final Pipe pipe;
    private final Steps steps;
    private final CompletableFuture<ConfigurableApplicationContext> started = new CompletableFuture<>();
    private Load load;

    private JoinedApplication(Pipe pipe, Steps steps) {
        this.pipe = pipe;
        this.steps = steps;
    }

    /** @param arguments a class of configuration, the directory of the log, the {@link Step} to stop at or nothing, how often that is passed before, and properties of Spring */
    public static void main(String[] arguments) throws ClassNotFoundException {
        Pipe pipe = new Pipe();
        Step step = arguments[2].isEmpty() ? null : Step.valueOf(arguments[2]);
        Steps steps = new Steps(pipe, step, Integer.parseInt(arguments[3]));
        JoinedApplication application = new JoinedApplication(pipe, steps);
        pipe.obey(application::obey);
        try {
            application.start(
                    Class.forName(arguments[0]),
                    Path.of(arguments[1]),
                    Arrays.copyOfRange(arguments, 4, arguments.length));
        } catch (RuntimeException e) {
            pipe.say("refused " + messages(e));
            Runtime.getRuntime().halt(1);
        }
    }

    private static String messages(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            all.append(cause).append("; ");
        }
        return all.toString();
    }

    private void start(Class<?> configuration, Path directory, String[] properties) {
        StepWatch watch = new StepWatch(steps);
        WatchedLog log = new WatchedLog(watch, directory);
        ConfigurableApplicationContext context = new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .initializers(beans -> {
                    beans.getBeanFactory().registerSingleton("pipe", pipe);
                    beans.getBeanFactory().registerSingleton("watchedLog", log);
                    beans.getBeanFactory().addBeanPostProcessor(new WatchedDataSources(watch));
                })
                .properties("wal.directory=" + directory, "wal.segment.size=1MB")
                .properties(properties)
                .run();
        watch.started();
        started.complete(context);
        pipe.say("started");
    }

    private void obey(String command) {
        String[] words = command.split(" ");
        switch (words[0]) {
            case "go" -> steps.goOn();
            case "load" -> load(Long.parseLong(words[1]));
            case "end" -> end();
            case "entries" -> started.join().getBean(Entries.class).say();
            case "stop" -> stop();
            default -> throw new IllegalArgumentException(command);
        }
    }

    private void load(long firstId) {
        Payments payments = started.join().getBean(Payments.class);
        for (int account = 1; account <= Load.ACCOUNTS; account++) {
            payments.open(-account);
        }
        load = new Load(payments, pipe);
        load.start(firstId);
    }

    private void end() {
        load.end();
        pipe.say("ended");
    }

    private void stop() {
        started.join().close();
        Runtime.getRuntime().halt(0);
    }
}
