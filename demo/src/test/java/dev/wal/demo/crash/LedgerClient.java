package dev.wal.demo.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks to the ledger over HTTP, each thread over a connection of its own. */
final class LedgerClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;

    LedgerClient(URI address) {
        this.address = address;
    }

    record Answer(int status, byte[] body) {
        JsonNode json() {
            return JSON.readTree(body);
        }

        Answer expect(int expected) {
            if (status != expected) {
                throw new IllegalStateException(status + " instead of " + expected + ": " + new String(body));
            }
            return this;
        }
    }

    boolean isUp() {
        try {
            return get("/actuator/health").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    long open(long balance) throws IOException {
        Answer answer = post("/accounts", JSON.writeValueAsBytes(Map.of("owner", "Ada", "balance", balance)));
        return answer.expect(201).json().get("id").longValue();
    }

    Answer transfer(Request request) throws IOException {
        return post("/transfers", JSON.writeValueAsBytes(request));
    }

    Map<Long, Long> balances() throws IOException {
        Map<Long, Long> balances = new LinkedHashMap<>();
        get("/accounts")
                .expect(200)
                .json()
                .forEach(account -> balances.put(
                        account.get("id").longValue(), account.get("balance").longValue()));
        return balances;
    }

    List<Booked> transfers() throws IOException {
        return StreamSupport.stream(get("/transfers").expect(200).json().spliterator(), false)
                .map(transfer -> JSON.treeToValue(transfer, Booked.class))
                .toList();
    }

    long total() throws IOException {
        return get("/total").expect(200).json().get("balance").longValue();
    }

    WalPosition wal() throws IOException {
        return WalPosition.of(get("/actuator/wal").expect(200).json());
    }

    Answer checkpoint() throws IOException {
        return send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody()), "/actuator/walcheckpoint");
    }

    private Answer get(String path) throws IOException {
        return send(HttpRequest.newBuilder().GET(), path);
    }

    private Answer post(String path, byte[] body) throws IOException {
        return send(
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)),
                path);
    }

    private Answer send(HttpRequest.Builder request, String path) throws IOException {
        try {
            HttpResponse<byte[]> response = http.send(
                    request.uri(address.resolve(path)).timeout(TIMEOUT).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nothing interrupts a client", e);
        }
    }
}
