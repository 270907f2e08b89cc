package dev.wal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.springframework.context.ConfigurableApplicationContext;

/** What the console shows to those who may not see or do everything. */
class AccessIT {
    @TempDir
    static Path directory;

    private static Browser browser;
    private static ConfigurableApplicationContext open;
    private static ConfigurableApplicationContext restricted;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        open = start("open", "*", "unrestricted");
        restricted = start("restricted", "wal,walcheckpoint,wallisteners,metrics", "read-only");
    }

    private static ConfigurableApplicationContext start(String log, String exposed, String access) {
        return SecuredApplication.start(
                directory.resolve(log).toString(),
                "management.endpoints.web.exposure.include=" + exposed,
                "management.endpoint.walcheckpoint.access=" + access,
                "management.endpoint.wallisteners.access=" + access);
    }

    @AfterAll
    static void stop() {
        Stream.of(browser, open, restricted).filter(Objects::nonNull).forEach(AccessIT::close);
    }

    private static void close(AutoCloseable started) {
        try {
            started.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void forgetWhoIsLoggedIn() {
        browser.leave();
    }

    private static URI page(ConfigurableApplicationContext application, String path) {
        return URI.create(
                "http://localhost:" + application.getEnvironment().getProperty("local.server.port") + "/" + path);
    }

    private static void logIn(ConfigurableApplicationContext application, String user) {
        browser.open(page(application, "login"));
        browser.driver().findElement(By.name("username")).sendKeys(user);
        browser.driver().findElement(By.name("password")).sendKeys("password");
        browser.click("button[type=submit]");
        browser.awaitText("#state", "open");
    }

    @Test
    void whoIsNotLoggedInIsToldSo() throws Exception {
        browser.open(page(open, "wal-console/"));

        browser.awaitText("#now", "for those who are logged in");
        browser.awaitText("#checkpoints", "for those who are logged in");
        assertThat(browser.text("#state")).isEqualTo("not shown");
        assertThat(browser.findAll("#checkpoint")).isEmpty();
        Accessibility.assertNoViolations(browser);
    }

    @Test
    void whereOnlyReadingIsAllowedThereIsNoButtonAndItSaysWhy() throws Exception {
        logIn(restricted, "operator");

        browser.awaitText(
                "#checkpoint-control", "set management.endpoint.walcheckpoint.access to unrestricted to take one here");
        browser.awaitText("#listeners", "set management.endpoint.wallisteners.access to unrestricted");
        assertThat(browser.findAll("#checkpoint, [data-listener]")).isEmpty();
        Accessibility.assertNoViolations(browser);
    }

    @Test
    void whoHasNotTheRoleIsToldSo() {
        logIn(open, "monitor");

        browser.click("#checkpoint");

        browser.awaitText("#checkpoint-result", "your role does not allow it");
    }

    @Test
    void whoHasTheRoleTakesACheckpointWithTheTokenOfTheCookie() {
        logIn(open, "operator");

        browser.click("#checkpoint");

        browser.awaitText("#checkpoint-result", "Checkpoint of 4 partitions taken");
    }

    @Test
    void whoHasTheRoleControlsListeners() throws Exception {
        logIn(open, "operator");
        browser.awaitText("#listeners", "running");
        Accessibility.assertNoViolations(browser);

        browser.click("[data-listener=watcher][data-action=pause]");

        browser.awaitText("#listeners-result", "watcher: paused");
        browser.awaitText("#listeners", "paused");
        assertThat(browser.isAvailable("[data-action=pause]")).isFalse();
        // Who uses the keyboard goes on from there.
        assertThat(browser.focused().getDomAttribute("data-action")).isEqualTo("pause");
        browser.click("[data-listener=watcher][data-action=resume]");
        browser.awaitText("#listeners-result", "watcher: running");
    }

    @Test
    void eachButtonOfAListenerKeepsItsPlaceAndSkippingIsAskedFor() {
        logIn(open, "operator");
        browser.awaitText("#listeners", "running");
        String actions = actionsInOrder();
        browser.script("""
                const fetch = window.fetch;
                window.skipped = 0;
                window.fetch = async (address, options) => {
                  if (options.method === 'POST') {
                    window.skipped++;
                  }
                  const answer = await fetch(address, options);
                  return address.endsWith('/wallisteners') && !options.method
                      ? new Response((await answer.text()).replace('RUNNING', 'FAILED')) : answer;
                };
                """);

        browser.awaitText("#listeners", "failed");
        browser.click("[data-listener=watcher][data-action=skip]");
        browser.driver().switchTo().alert().dismiss();

        assertThat(actionsInOrder()).isEqualTo(actions).contains("skip,stop");
        assertThat(browser.isAvailable("[data-action=stop]")).isFalse();
        assertThat(browser.script("return window.skipped")).isEqualTo(0L);
    }

    private static String actionsInOrder() {
        return String.valueOf(
                browser.script(
                        "return [...document.querySelectorAll('[data-listener=watcher]')].map((one) => one.dataset.action).join()"));
    }

    @Test
    void whatIsNotExposedIsNamedWithTheProperty() {
        logIn(restricted, "monitor");

        browser.awaitText(
                "#recovery", "walrecovery is not exposed. Add it to management.endpoints.web.exposure.include");
    }
}
