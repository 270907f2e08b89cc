package dev.wal.browser;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The demo in a process of its own, from its jar. */
final class DemoProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(60);
    /** Below the ports that systems give to connections, so that it is still free when the demo starts again. */
    private static final int PORT_MIN = 20_000;

    private static final int PORT_MAX = 30_000;
    private static final int LOAD = 200_000;
    private static final int ACCEPTED = 202;
    private static final int CONFLICT = 409;

    private final Path home;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    private DemoProcess(Path home, int port, Process process) {
        this.home = home;
        this.port = port;
        this.process = process;
    }

    /** Starts it, and returns when it serves. */
    static DemoProcess start(Path home) throws IOException {
        int port = freePort();
        DemoProcess demo = new DemoProcess(home, port, launch(home, port));
        demo.awaitServing();
        return demo;
    }

    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (java.net.BindException e) {
                // Somebody has it: another one.
                continue;
            }
        }
    }

    private static Process launch(Path home, int port) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        Path.of(System.getProperty("demo.jar")).toAbsolutePath().toString(),
                        "--spring.main.banner-mode=off",
                        "--wal.segment.size=1MB",
                        "--server.port=" + port)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output(home).toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private static Path output(Path home) {
        return home.resolve("output.log");
    }

    private void awaitServing() {
        Awaitility.await("the demo serves")
                .atMost(START_TIMEOUT)
                .failFast("the demo ended while it started, and said " + output(home), () -> !process.isAlive())
                .until(this::isUp);
    }

    private boolean isUp() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(page("actuator/health")).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts the load, unless it runs: it ends by itself. */
    void load() {
        HttpRequest request = HttpRequest.newBuilder(page("demo/load"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"transfers\":" + LOAD + "}"))
                .timeout(END_TIMEOUT)
                .build();
        int status = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .join()
                .statusCode();
        if (status != ACCEPTED && status != CONFLICT) {
            throw new AssertionError("The load did not start: " + status);
        }
    }

    /** Moves money past any page. */
    void transfer(int from, int to, int amount) {
        HttpRequest request = HttpRequest.newBuilder(page("transfers"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"from\":%d,\"to\":%d,\"amount\":%d}".formatted(from, to, amount)))
                .timeout(END_TIMEOUT)
                .build();
        HttpResponse<String> answer =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError("The transfer failed: " + answer.statusCode() + " " + answer.body());
        }
    }

    URI page(String path) {
        return URI.create("http://localhost:" + port + "/" + path);
    }

    /** Waits until it has ended by itself, and returns with what status. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("The demo did not end: " + output(home));
        }
        return process.exitValue();
    }

    /** At the same address, with the log that is there. */
    void startAgain() throws IOException {
        process = launch(home, port);
        awaitServing();
    }

    String printed() throws IOException {
        return Files.readString(output(home));
    }

    void kill() {
        process.destroyForcibly()
                .onExit()
                .orTimeout(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        kill();
    }
}
