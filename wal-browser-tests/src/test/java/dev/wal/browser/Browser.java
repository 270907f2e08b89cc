package dev.wal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A browser without a window that reaches this machine only: nothing that a page needs may come from elsewhere. */
final class Browser implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final List<String> BROWSERS = List.of("chromium", "google-chrome");
    private static final String DRIVER = "chromedriver";

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Fails in the gate if there is no browser; elsewhere the tests are aborted. */
    static Browser start() {
        Path binary = BROWSERS.stream().flatMap(Browser::onThePath).findFirst().orElse(null);
        Path driver = onThePath(DRIVER).findFirst().orElse(null);
        if (binary == null || driver == null) {
            String message = "There is no browser: install chromium and chromium-driver";
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                fail(message);
            }
            Assumptions.abort(message);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(binary.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--force-color-profile=srgb",
                "--hide-scrollbars",
                "--lang=en-GB",
                "--window-size=1120,900",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        // Both are named, so that nothing looks for them elsewhere.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static Stream<Path> onThePath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable);
    }

    void open(URI address) {
        driver.get(address.toString());
    }

    /** Goes nowhere, and forgets who was logged in anywhere: cookies are of a host, whatever the port. */
    void leave() {
        driver.get("about:blank");
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    List<WebElement> findAll(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    String text(String css) {
        return String.valueOf(script("return document.querySelector(arguments[0])?.textContent ?? ''", css));
    }

    /** Clicks as soon as that is possible. */
    void click(String css) {
        await(css + " can be clicked", browser -> {
            List<WebElement> found = findAll(css);
            return !found.isEmpty() && found.get(0).isDisplayed() && isAvailable(found.get(0));
        });
        find(css).click();
    }

    /** Whether a button does something. */
    boolean isAvailable(String css) {
        return isAvailable(find(css));
    }

    private static boolean isAvailable(WebElement button) {
        return button.isEnabled() && !"true".equals(button.getDomAttribute("aria-disabled"));
    }

    void awaitText(String css, String part) {
        await("\"" + part + "\" in " + css, browser -> text(css).contains(part));
    }

    /** Waits for a condition, or fails and says what was seen. */
    void await(String what, ExpectedCondition<Boolean> condition) {
        new WebDriverWait(driver, TIMEOUT)
                .ignoring(org.openqa.selenium.StaleElementReferenceException.class)
                .withMessage(() -> what + "; the page shows:\n" + text("body"))
                .until(condition);
    }

    Object script(String script, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(script, arguments);
    }

    Object asyncScript(String script) {
        driver.manage().timeouts().scriptTimeout(TIMEOUT);
        return driver.executeAsyncScript(script);
    }

    /** The element that the keyboard is on. */
    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    void colors(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                // Nothing is half-way to another color when it is looked at.
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    void assertFitsTheWidth() {
        assertThat((Long) script("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("pixels by which the page is wider than the screen")
                .isLessThanOrEqualTo(0);
    }

    /** Nothing that the page does is against its own policy, and none of its scripts has thrown. */
    void assertNothingWasRefused() {
        assertThat(driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage))
                .noneMatch(message -> message.contains("Content Security Policy") || message.contains("Uncaught"));
    }

    WebDriver driver() {
        return driver;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
