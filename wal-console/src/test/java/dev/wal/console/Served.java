package dev.wal.console;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application with the console on its class path, over HTTP. */
final class Served implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext context;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private Served(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static Served start(WebApplicationType type, Path directory, String... properties) {
        return new Served(new SpringApplicationBuilder(Application.class)
                .web(type)
                .properties(
                        "server.port=0",
                        "wal.directory=" + directory,
                        "wal.segment.size=64KB",
                        "spring.main.banner-mode=off",
                        "logging.level.root=warn")
                .properties(properties)
                .run());
    }

    int port() {
        return port("local.server.port");
    }

    int port(String property) {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty(property));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        context.close();
    }
}
