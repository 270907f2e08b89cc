package dev.wal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The application with a log of its own for each test class, and what its tests ask of it. */
@SpringBootTest(properties = "wal.segment.size=1MB")
@AutoConfigureMockMvc
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_CLASS)
abstract class LedgerMvcTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    static Path directory;

    @Autowired
    MockMvcTester mvc;

    @DynamicPropertySource
    static void directory(DynamicPropertyRegistry properties) {
        properties.add("wal.directory", directory::toString);
    }

    MvcTestResult get(String path) {
        return mvc.get().uri(path).exchange();
    }

    MvcTestResult post(String path, String body) {
        return mvc.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    /** Opens an account, and returns its number. */
    long open(long balance) {
        MvcTestResult opened = post("/accounts", "{\"owner\":\"Ada\",\"balance\":" + balance + "}");
        assertThat(opened).hasStatus(201);
        return json(opened).get("id").longValue();
    }

    MvcTestResult transfer(long from, long to, long amount) {
        return post("/transfers", transferBody(from, to, amount, "null"));
    }

    MvcTestResult transfer(long from, long to, long amount, String reference) {
        return post("/transfers", transferBody(from, to, amount, '"' + reference + '"'));
    }

    private static String transferBody(long from, long to, long amount, String reference) {
        return "{\"from\":%d,\"to\":%d,\"amount\":%d,\"reference\":%s}".formatted(from, to, amount, reference);
    }

    long balance(long account) {
        return json(get("/accounts/" + account)).get("balance").longValue();
    }

    JsonNode json(MvcTestResult result) {
        return JSON.readTree(result.getResponse().getContentAsByteArray());
    }

    void assertProblem(MvcTestResult result, int status) {
        assertThat(result).hasStatus(status).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
        assertThat(json(result).get("status").intValue()).isEqualTo(status);
        assertThat(json(result).has("trace")).isFalse();
    }
}
