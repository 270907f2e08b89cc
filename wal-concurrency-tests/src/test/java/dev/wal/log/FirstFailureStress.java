package dev.wal.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two threads meet failures of their own. */
@JCStressTest
@Outcome(
        id = {"1, 1, 1", "2, 2, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "both are told the first, and so is the listener, once")
@Outcome(expect = Expect.FORBIDDEN, desc = "told different causes, or the listener was not told once")
@State
public class FirstFailureStress {
    private final AtomicInteger told = new AtomicInteger();
    private final LogFailure failure = new LogFailure(Path.of("none"));

    public FirstFailureStress() {
        failure.onFirst(told::incrementAndGet);
    }

    private int fail(String name) {
        failure.set(new IOException(name));
        return Integer.parseInt(failure.cause().getMessage());
    }

    @Actor
    public void one(III_Result result) {
        result.r1 = fail("1");
    }

    @Actor
    public void other(III_Result result) {
        result.r2 = fail("2");
    }

    @Arbiter
    public void after(III_Result result) {
        result.r3 = told.get();
    }
}
