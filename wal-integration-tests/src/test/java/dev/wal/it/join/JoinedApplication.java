package dev.wal.it.join;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The application under test, as a process that can be killed: a table of a database and a map of the log, changed in the same transactions. Says what its map holds as soon as a bean
 * has it, then that it has started, and obeys.
 */
final class JoinedApplication {
    private static final Logger logger = LoggerFactory.getLogger(JoinedApplication.class);

    private final Pipe pipe;
    private final Steps steps;
    private final CompletableFuture<ConfigurableApplicationContext> started = new CompletableFuture<>();
    private volatile Load load;

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
                .properties("wal.directory=" + directory, "wal.segment.size=1MB", "wal.map.lock-timeout=60s")
                .properties(properties)
                .run();
        started.complete(context);
        pipe.say("started");
        watch.started();
    }

    private void obey(String command) {
        String[] words = command.split(" ");
        switch (words[0]) {
            case "go" -> steps.goOn();
            // In a thread of its own, because it may be stopped at a step.
            case "load" -> new Thread(() -> load(Long.parseLong(words[1])), "load").start();
            case "end" -> end();
            case "entries" -> started.join().getBean(Entries.class).say();
            case "stop" -> stop();
            default -> throw new IllegalArgumentException(command);
        }
    }

    private void load(long firstId) {
        Payments payments = started.join().getBean(Payments.class);
        for (int account = 1; account <= Load.ACCOUNTS; account++) {
            open(payments, -account);
        }
        load = new Load(payments, pipe);
        load.start(firstId);
    }

    /** The database may be killed meanwhile. */
    private static void open(Payments payments, long account) {
        while (true) {
            try {
                payments.open(account);
                return;
            } catch (RuntimeException e) {
                logger.info("Account {} is opened once more", account, e);
            }
        }
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
