package dev.wal.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;

/** Where the page is served, and what is sent with it. */
class WalConsoleTests {
    private static final String ENABLED = "wal.console.enabled=true";
    private static final String EXPOSED = "management.endpoints.web.exposure.include=wal,walrecovery";

    @TempDir
    Path directory;

    private Served application;

    @AfterEach
    void stop() {
        if (application != null) {
            application.close();
        }
    }

    private void start(String... properties) {
        start(WebApplicationType.SERVLET, properties);
    }

    private void start(WebApplicationType type, String... properties) {
        application = Served.start(type, directory, properties);
    }

    private static String policy(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Security-Policy").orElseThrow();
    }

    @Test
    void itIsOffUnlessSwitchedOn() throws Exception {
        start();

        assertThat(application.get("/wal-console/").statusCode()).isEqualTo(404);
        assertThat(application.get("/wal-console/console.js").statusCode()).isEqualTo(404);
    }

    @Test
    void itIsOffWithoutALog() throws Exception {
        start(ENABLED, "wal.enabled=false");

        assertThat(application.get("/wal-console/").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void thePageIsServedWithItsFilesAndLinksOnlyTheEndpointsThatAreExposed(WebApplicationType type) throws Exception {
        start(type, ENABLED, EXPOSED);

        HttpResponse<String> page = application.get("/wal-console/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.body())
                .contains("<link rel=\"wal-endpoint\" title=\"wal\" href=\"/actuator/wal\">")
                .contains("href=\"/actuator/walrecovery\"")
                .doesNotContain("walcheckpoint\" href", "metrics\" href", "<!-- endpoints -->");
        assertThat(application.get("/actuator/wal").statusCode()).isEqualTo(200);
        for (ConsoleFile file : ConsolePage.FILES) {
            HttpResponse<String> answer = application.get("/wal-console/" + file.name());
            assertThat(answer.statusCode()).as(file.name()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue(file.type().toString());
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.body()).isNotBlank();
        }
        assertThat(application.get("/wal-console/index.html").statusCode()).isEqualTo(404);
    }

    @Test
    void thePolicyAllowsNothingButItsOwn() throws Exception {
        start(ENABLED);

        assertThat(policy(application.get("/wal-console/")))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                        + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void withoutTheSlashItLeadsToThePage(WebApplicationType type) throws Exception {
        start(type, ENABLED, "wal.console.path=/ops/log");

        HttpResponse<String> answer = application.get("/ops/log");

        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("Location"))
                .hasValue("http://localhost:" + application.port() + "/ops/log/");
        assertThat(application.get("/ops/log/").statusCode()).isEqualTo(200);
    }

    @Test
    void aContextPathIsInFrontOfPageAndEndpoints() throws Exception {
        start(ENABLED, EXPOSED, "server.servlet.context-path=/ledger", "management.endpoints.web.base-path=/manage");

        assertThat(application.get("/ledger/wal-console").headers().firstValue("Location"))
                .hasValue("http://localhost:" + application.port() + "/ledger/wal-console/");
        assertThat(application.get("/ledger/wal-console/").body()).contains("href=\"/ledger/manage/wal\"");
        assertThat(application.get("/ledger/manage/wal").statusCode()).isEqualTo(200);
    }

    @Test
    void anEndpointOfAnotherNameIsLinkedByThatName() throws Exception {
        start(ENABLED, EXPOSED, "management.endpoints.web.path-mapping.wal=log");

        assertThat(application.get("/wal-console/").body()).contains("title=\"wal\" href=\"/actuator/log\"");
        assertThat(application.get("/actuator/log").statusCode()).isEqualTo(200);
    }

    @Test
    void anActuatorWithAPortOfItsOwnIsNamedAndAllowed() throws Exception {
        start(ENABLED, EXPOSED, "management.server.port=0", "management.server.base-path=/m");

        HttpResponse<String> page = application.get("/wal-console/");

        String origin = "http://localhost:" + application.port("local.management.port");
        assertThat(page.body()).contains("href=\"" + origin + "/m/actuator/wal\"");
        assertThat(policy(page)).contains("connect-src 'self' " + origin + ";");
    }

    @Test
    void anActuatorThatIsSwitchedOffHasNoLinks() throws Exception {
        start(ENABLED, EXPOSED, "management.server.port=-1");

        assertThat(application.get("/wal-console/").body()).doesNotContain("wal-endpoint");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "console", "/console/", "/a b", "/a/**", "/{a}"})
    void aPathThatIsNoneIsRefusedWithItsName(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WalConsoleProperties(true, path))
                .withMessageContaining("wal.console.path is \"" + path + "\"");
    }
}
