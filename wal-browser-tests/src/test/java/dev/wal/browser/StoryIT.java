package dev.wal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** The page of the demo, and the console beside it. */
class StoryIT {
    private static final int TABS_MAX = 40;
    /** Answers in the place of the application, until window.answer is null. */
    private static final String ANSWER = """
            const [path, status, text] = arguments;
            window.answer = { path, status, text };
            window.real ??= window.fetch;
            window.fetch = (address, options) => window.answer && address.endsWith(window.answer.path)
                ? Promise.resolve(new Response(window.answer.text, { status: window.answer.status }))
                : window.real(address, options);
            """;

    @TempDir
    static Path home;

    private static DemoProcess demo;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
        demo = DemoProcess.start(home);
        openDemo();
        browser.click("#open");
        browser.awaitText("#balances", "Eve");
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    @BeforeEach
    void light() {
        browser.colors("light");
        browser.size(1120, 900);
    }

    @AfterEach
    void nothingWasRefused() {
        browser.assertNothingWasRefused();
    }

    private static void openDemo() {
        browser.open(demo.page(""));
        browser.await(
                "the page has asked the ledger",
                driver -> !browser.text("#total").isEmpty()
                        || browser.find("#empty").isDisplayed());
    }

    private static void openConsole() {
        browser.open(demo.page("wal-console/"));
        browser.awaitText("#state", "open");
        browser.awaitText("#recovery", "new");
        browser.awaitText("#checkpoint-control", "Take a checkpoint");
    }

    private static long balance(int account) {
        return Long.parseLong(browser.text("[data-account='" + account + "']")
                .replace(",", "")
                .replace(".", ""));
    }

    private static long samples() {
        return Long.parseLong(browser.find(".chart").getDomAttribute("data-samples"));
    }

    @Test
    void aTransferMovesMoney() {
        openDemo();
        long from = balance(1);
        long to = balance(2);

        browser.script("document.getElementById('amount').value = '3.21'");
        browser.click("#transfer button");

        browser.awaitText("#transfer-result", "is booked, and durable");
        browser.await("the balances have changed", driver -> balance(1) == from - 321 && balance(2) == to + 321);
    }

    @Test
    void aTransferThatFailsHalfWayChangesNothing() {
        openDemo();
        String before = browser.text("#balances");

        browser.click("#rollback");

        browser.awaitText("#rollback-result", "Rolled back");
        browser.awaitText("#rollback-result", "There is no account 999999999");
        assertThat(browser.text("#balances")).isEqualTo(before);
    }

    @Test
    void aTransferThatAsksForTooMuchIsRefusedInWords() {
        openDemo();

        browser.script("document.getElementById('amount').value = '99999999'");
        browser.click("#transfer button");

        browser.awaitText("#transfer-result", "Insufficient funds");
    }

    @Test
    void aCheckpointIsTakenByTheButton() {
        openConsole();

        browser.click("#checkpoint");

        browser.awaitText("#checkpoint-result", "Checkpoint of 4 partitions taken in");
        browser.awaitText("#checkpoints", "snapshot-00000");
    }

    @Test
    void theConsoleIsAccessibleAndFitsAPhone() throws Exception {
        openConsole();
        Accessibility.assertNoViolations(browser);

        browser.size(360, 740);

        browser.assertFitsTheWidth();
        Accessibility.assertNoViolations(browser);
    }

    @Test
    void theDemoIsAccessibleAndFitsAPhone() throws Exception {
        openDemo();
        Accessibility.assertNoViolations(browser);

        browser.size(360, 740);
        browser.colors("dark");

        browser.assertFitsTheWidth();
        Accessibility.assertNoViolations(browser);
    }

    @Test
    void theKeyboardAloneReachesAndTakesACheckpoint() {
        openConsole();

        tabTo("checkpoint");
        new Actions(browser.driver()).sendKeys(Keys.ENTER).perform();

        browser.awaitText("#checkpoint-result", "taken in");
    }

    @Test
    void theKeyboardAloneMovesMoney() {
        openDemo();
        long from = balance(1);

        tabTo("amount");
        new Actions(browser.driver())
                .keyDown(Keys.CONTROL)
                .sendKeys("a")
                .keyUp(Keys.CONTROL)
                .sendKeys("1.00", Keys.ENTER)
                .perform();

        browser.awaitText("#transfer-result", "is booked");
        browser.await("the balance has changed", driver -> balance(1) == from - 100);
    }

    @Test
    void whatIsPausedDoesNotMove() {
        openConsole();
        browser.await("there is a figure", driver -> samples() > 1);

        browser.click("#pause");

        browser.awaitText("#pause", "Go on");
        assertThat(browser.find("#pause").getDomAttribute("aria-pressed")).isEqualTo("true");
        String shown = browser.text("main");
        demo.transfer(1, 2, 1);
        demo.transfer(2, 1, 1);
        awaitPolls();
        assertThat(browser.text("main")).isEqualTo(shown);
        browser.click("#pause");
        browser.await(
                "the page goes on", driver -> !browser.text("#now").isEmpty() && !shown.contains(browser.text("#now")));
        browser.await("what passed meanwhile is a gap", driver -> hasGap());
    }

    @Test
    void whatIsHiddenIsAGap() {
        openConsole();
        browser.await("there is a figure", driver -> samples() > 1);
        assertThat(hasGap()).isFalse();

        hide(true);
        long before = samples();
        awaitPolls();
        assertThat(samples()).isEqualTo(before);

        hide(false);
        browser.await("what passed meanwhile is a gap", driver -> hasGap());
    }

    @Test
    void aProxyThatFindsNoApplicationIsAnOutage() {
        openConsole();

        browser.script(ANSWER, "/actuator/wal", 503, "no server is available");
        browser.awaitText("#notice", "No answer since");
        assertThat(browser.text("#partitions")).contains("Durable LSN");

        browser.script("window.answer = null");
        browser.awaitText("#notice", "The application answers again");
        browser.awaitText("#state", "open");
    }

    @Test
    void anAnswerThatMakesNoSenseIsToldAndAskedForAgain() {
        openConsole();

        browser.script(ANSWER, "/actuator/wal", 200, "<p>Please log in</p>");
        browser.awaitText("#now", "something that is not JSON");
        browser.script(ANSWER, "/actuator/wal", 200, "{\"state\": \"OPEN\"}");
        browser.awaitText("#notice", "This page cannot show what the application answers");

        browser.script("window.answer = null");
        browser.awaitText("#now", "Position");
        browser.await("the notice is gone", driver -> browser.text("#notice").isEmpty());
    }

    @Test
    void oneCheckpointAtATimeIsAskedFor() {
        openConsole();
        browser.script("""
                const fetch = window.fetch;
                window.fetch = async (address, options) => {
                  if (options.method === 'POST') {
                    await new Promise((proceed) => { window.proceed = proceed; });
                  }
                  return fetch(address, options);
                };
                """);

        browser.click("#checkpoint");
        awaitPolls();

        assertThat(browser.isAvailable("#checkpoint")).isFalse();
        assertThat(browser.focused().getDomAttribute("id")).isEqualTo("checkpoint");
        browser.script("window.proceed()");
        browser.awaitText("#checkpoint-result", "taken in");
        browser.await("it can be asked for again", driver -> browser.isAvailable("#checkpoint"));
    }

    /** The page would have asked by now, however slow the machine is: this counts what its timer runs. */
    private static void awaitPolls() {
        browser.script("""
                const later = window.setTimeout;
                window.polls = 0;
                window.setTimeout = (action, millis) => later(() => { window.polls++; action(); }, millis);
                """);
        browser.await("the timer of the page has run", driver -> (Long) browser.script("return window.polls") >= 3);
    }

    private static boolean hasGap() {
        return (Boolean)
                browser.script(
                        "return [...document.querySelectorAll('#figures td:nth-child(2)')].some((cell) => cell.textContent === '–')");
    }

    private static void hide(boolean hidden) {
        browser.script(
                "Object.defineProperty(document, 'hidden', { value: arguments[0], configurable: true });"
                        + "document.dispatchEvent(new Event('visibilitychange'))",
                hidden);
    }

    private static void tabTo(String id) {
        for (int i = 0; i < TABS_MAX; i++) {
            new Actions(browser.driver()).sendKeys(Keys.TAB).perform();
            if (id.equals(browser.focused().getDomAttribute("id"))) {
                return;
            }
        }
        throw new AssertionError("The keyboard does not reach " + id);
    }
}
