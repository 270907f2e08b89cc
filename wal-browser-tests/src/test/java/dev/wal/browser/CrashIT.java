package dev.wal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo under load, its end in the middle of that, and its return. */
class CrashIT {
    private static final int KILLED = 137;

    @TempDir
    static Path home;

    private static Browser browser;
    private static DemoProcess demo;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
        demo = DemoProcess.start(home);
        browser.open(demo.page(""));
        browser.click("#open");
        browser.awaitText("#balances", "Eve");
    }

    @AfterAll
    static void stop() {
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

    private static void letTheLoadRun() {
        browser.open(demo.page(""));
        browser.awaitText("#balances", "Eve");
        browser.await("the load runs", driver -> {
            boolean runs = browser.text("#load-result").contains("Running");
            if (!runs && browser.find("#load").isEnabled()) {
                browser.find("#load").click();
            }
            return runs;
        });
    }

    private static double number(String css) {
        String value = browser.text(css).replaceAll("[^0-9.]", "");
        return value.isEmpty() ? 0 : Double.parseDouble(value);
    }

    private static long samples() {
        return Long.parseLong(browser.find(".chart").getDomAttribute("data-samples"));
    }

    private static void awaitSamplesUnderLoad(int more) {
        long enough = samples() + more;
        browser.await("there are more samples", driver -> {
            demo.load();
            return samples() >= enough;
        });
    }

    @Test
    void theChartsMoveWhileTheLoadRuns() throws Exception {
        browser.size(1120, 980);
        letTheLoadRun();

        browser.open(demo.page("wal-console/"));

        browser.await("commits per second rise, and share forces", driver -> {
            demo.load();
            return number("#commits-now") > 10 && number("#group-now") > 1;
        });
        awaitSamplesUnderLoad(3);
        if (Picture.isTaken()) {
            browser.click("#checkpoint");
            awaitSamplesUnderLoad(6);
            browser.click("#checkpoint");
            awaitSamplesUnderLoad(8);
            browser.script("scrollTo(0, 0)");
        }
        assertThat(browser.findAll(".chart canvas")).hasSize(3);
        assertThat(browser.findAll("#segments .cell.writing")).isNotEmpty();
        assertThat(browser.text("#partitions")).contains("Durable LSN");
        // Not of interest, and another one at each start.
        browser.script("document.getElementById('directory').hidden = true");
        Picture.of(browser, "console-light.png");
        browser.size(1120, 480);
        Picture.of(browser, "console-short.png");
        browser.size(1120, 980);
        browser.colors("dark");
        browser.await(
                "the page is dark",
                driver -> browser.script("return getComputedStyle(document.body).backgroundColor")
                        .equals("rgb(17, 22, 27)"));
        Picture.of(browser, "console-dark.png");
        Accessibility.assertNoViolations(browser);
        browser.assertNothingWasRefused();
    }

    @Test
    void afterACrashUnderLoadNothingIsLost() throws Exception {
        letTheLoadRun();

        browser.click("#crash");

        assertThat(demo.awaitEnd()).isEqualTo(KILLED);
        browser.awaitText("#outage", "The process is gone");

        demo.startAgain();

        browser.awaitText("#recovered", "Nothing that was acknowledged is lost");
        assertThat(browser.text("#recovered")).contains("recovered in");
        assertThat(browser.text("#balances")).contains("Ada", "1,000.00");
        assertThat(demo.printed()).contains("The process ends here");
        browser.size(1120, 1040);
        Picture.of(browser, "demo.png");
    }

    @Test
    void theConsoleSaysThatTheApplicationIsGoneAndComesBack() throws Exception {
        browser.open(demo.page("wal-console/"));
        browser.awaitText("#state", "open");
        demo.kill();

        browser.awaitText("#notice", "The application does not answer");
        assertThat(browser.text("#state")).isEqualTo("no answer");

        demo.startAgain();

        browser.awaitText("#notice", "The application answers again");
        browser.awaitText("#recovery", "Transactions recovered");
        assertThat(browser.text("#state")).isEqualTo("open");
    }
}
