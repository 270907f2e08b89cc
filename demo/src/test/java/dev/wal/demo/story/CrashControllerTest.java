package dev.wal.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.web.MockHttpServletRequest;

class CrashControllerTest {
    private final AtomicInteger halts = new AtomicInteger();
    private final CrashController controller = new CrashController(halts::incrementAndGet);

    private static MockHttpServletRequest from(String address) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setRemoteAddr(address);
        return request;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1"})
    void thisMachineMayCrashIt(String address) throws Exception {
        controller.crash(from(address));

        assertThat(halts).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.168.0.9", "10.0.0.1", "2001:db8::1"})
    void anotherMachineMayNot(String address) throws Exception {
        assertThat(controller.crash(from(address)).getStatusCode().value()).isEqualTo(403);

        assertThat(halts).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "Forwarded"})
    void whatAProxyOfThisMachineHandsOnMayNot(String header) throws Exception {
        MockHttpServletRequest request = from("127.0.0.1");
        request.addHeader(header, "203.0.113.5");

        assertThat(controller.crash(request).getStatusCode().value()).isEqualTo(403);

        assertThat(halts).hasValue(0);
    }

    @Test
    void itIsOffUnlessSwitchedOn() {
        new ApplicationContextRunner()
                .withUserConfiguration(CrashController.class)
                .run(context -> assertThat(context).doesNotHaveBean(CrashController.class));
    }
}
