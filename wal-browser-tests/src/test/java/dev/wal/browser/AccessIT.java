package dev.wal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.springframework.context.ConfigurableApplicationContext;

/** What the console shows to those who may not see or do everything. */
class AccessIT {
    private static final String ALL_BUT_RECOVERY = "wal,walcheckpoint,wallisteners,metrics";

    @TempDir
    Path directory;

    private static Browser browser;
    private ConfigurableApplicationContext application;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.start();
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void forgetWhoIsLoggedIn() {
        browser.driver().manage().deleteAllCookies();
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private void start(String exposed, String access) {
        application = SecuredApplication.start(
                directory.toString(),
                "management.endpoints.web.exposure.include=" + exposed,
                "management.endpoint.walcheckpoint.access=" + access);
    }

    private URI page(String path) {
        return URI.create(
                "http://localhost:" + application.getEnvironment().getProperty("local.server.port") + "/" + path);
    }

    private void logIn(String user) {
        browser.open(page("login"));
        browser.driver().findElement(By.name("username")).sendKeys(user);
        browser.driver().findElement(By.name("password")).sendKeys("password");
        browser.click("button[type=submit]");
        browser.awaitText("#state", "open");
    }

    @Test
    void whoIsNotLoggedInIsToldSo() throws Exception {
        start("*", "unrestricted");

        browser.open(page("wal-console/"));

        browser.awaitText("#now", "for those who are logged in");
        browser.awaitText("#checkpoints", "for those who are logged in");
        assertThat(browser.text("#state")).isEqualTo("not shown");
        assertThat(browser.findAll("#checkpoint")).isEmpty();
        Accessibility.assertNoViolations(browser);
    }

    @Test
    void whereOnlyReadingIsAllowedThereIsNoButtonAndItSaysWhy() throws Exception {
        start("*", "read-only");
        logIn("operator");

        browser.awaitText(
                "#checkpoint-control", "set management.endpoint.walcheckpoint.access to unrestricted to take one here");
        assertThat(browser.findAll("#checkpoint")).isEmpty();
        Accessibility.assertNoViolations(browser);
    }

    @Test
    void whoHasNotTheRoleIsToldSo() {
        start("*", "unrestricted");
        logIn("monitor");

        browser.click("#checkpoint");

        browser.awaitText("#checkpoint-result", "your role does not allow it");
    }

    @Test
    void whoHasTheRoleTakesACheckpointWithTheTokenOfTheCookie() {
        start("*", "unrestricted");
        logIn("operator");

        browser.click("#checkpoint");

        browser.awaitText("#checkpoint-result", "Checkpoint of 4 partitions taken");
    }

    @Test
    void whatIsNotExposedIsNamedWithTheProperty() {
        start(ALL_BUT_RECOVERY, "read-only");
        logIn("monitor");

        browser.awaitText(
                "#recovery", "walrecovery is not exposed. Add it to management.endpoints.web.exposure.include");
    }
}
