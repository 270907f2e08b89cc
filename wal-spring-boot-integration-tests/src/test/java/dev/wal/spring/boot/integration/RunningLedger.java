package dev.wal.spring.boot.integration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The application over HTTP, as its neighbours meet it. */
final class RunningLedger implements AutoCloseable {
    /** Has a database beside the log, and the log join its transactions. */
    static final String[] PREPARED = {"spring.autoconfigure.exclude=", "wal.transaction.join=prepared"};

    static final String AFTER_COMMIT = "wal.transaction.join=after-commit";

    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();

    RunningLedger(Path directory, String... properties) {
        this(List.of(Ledger.class), directory, properties);
    }

    RunningLedger(List<Class<?>> sources, Path directory, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "wal.directory=" + directory,
                "wal.segment.size=64KB",
                "server.port=0",
                // That a database could be there is no reason to have one.
                "spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "spring.main.banner-mode=off",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.walcheckpoint.access=unrestricted"));
        all.addAll(List.of(properties));
        context = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                .properties(all.toArray(String[]::new))
                .run();
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    Ledger.Accounts accounts() {
        return context.getBean(Ledger.Accounts.class);
    }

    HttpResponse<String> get(String path, @Nullable String user) throws IOException, InterruptedException {
        return send(request(path, user).GET());
    }

    HttpRequest.Builder request(String path, @Nullable String user) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path));
        if (user != null) {
            String credentials = user + ":" + user;
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        return request;
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        context.close();
    }
}
