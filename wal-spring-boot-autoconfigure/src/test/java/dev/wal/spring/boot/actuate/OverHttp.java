package dev.wal.spring.boot.actuate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests of an application that is asked over HTTP, as an operator does. */
abstract class OverHttp {
    private final HttpClient client = HttpClient.newHttpClient();

    ConfigurableApplicationContext context;
    String lastBody;

    /** @param overriding properties that come after those of all tests */
    final void run(Class<?> application, String[] overriding, String... properties) {
        context = new SpringApplicationBuilder(application)
                .properties("server.port=0")
                .properties(properties)
                .properties(overriding)
                .run();
    }

    @AfterEach
    final void stop() {
        context.close();
    }

    final int get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    final int post(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        lastBody = response.body();
        return response.statusCode();
    }

    final JsonNode body() {
        return JsonMapper.shared().readTree(lastBody);
    }
}
