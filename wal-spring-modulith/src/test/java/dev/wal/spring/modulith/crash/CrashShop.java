package dev.wal.spring.modulith.crash;

import dev.wal.spring.modulith.shop.ShopApplication;
import dev.wal.spring.modulith.shop.orders.Orders;
import dev.wal.spring.modulith.shop.shipping.Carrier;
import dev.wal.spring.modulith.shop.shipping.Shipping;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.modulith.events.core.EventPublicationRepository;

/** A life of the shop, in a process of its own. It delivers what earlier lives left, and then does what it is told to, until it is killed, or the process that started it ends. */
public final class CrashShop {
    private static final int PUBLISHERS = 4;
    private static final int OUTSTANDING_MAX = 64;
    private static final int COMMITS_PER_REPORT = 20;
    private static final int ROLLED_BACK_ONE_IN = 4;
    private static final long COMPLETION_TIMEOUT_SECONDS = 120;

    private final ConfigurableApplicationContext context;
    private final Journal journal;
    private final StopPoint stopPoint;
    private final RepositoryProbe probe;

    private CrashShop(
            ConfigurableApplicationContext context, Journal journal, StopPoint stopPoint, RepositoryProbe probe) {
        this.context = context;
        this.journal = journal;
        this.stopPoint = stopPoint;
        this.probe = probe;
    }

    /** Arguments: its directory, where to stop or {@code -}, what to do ({@code start}, {@code place}, {@code load} or {@code drain}) and the first order. */
    public static void main(String[] arguments) throws Exception {
        Thread watch = new Thread(CrashShop::endWithInput, "end of input");
        watch.setDaemon(true);
        watch.start();
        Path home = Path.of(arguments[0]);
        StopPoint stopPoint = new StopPoint(arguments[1]);
        CrashShop shop = start(home, stopPoint);
        long first = Long.parseLong(arguments[3]);
        switch (arguments[2]) {
            case "start" -> {}
            case "place" -> shop.place(first);
            case "load" -> shop.load(first);
            case "drain" -> shop.drain();
            default -> throw new IllegalArgumentException(arguments[2]);
        }
    }

    private static void endWithInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The input has ended, too.
        }
        Runtime.getRuntime().halt(1);
    }

    private static CrashShop start(Path home, StopPoint stopPoint) throws IOException {
        Journal journal = new Journal(home.resolve("journal"));
        RepositoryProbe probe = new RepositoryProbe(journal, stopPoint);
        ConfigurableApplicationContext context = new SpringApplicationBuilder(ShopApplication.class)
                .web(WebApplicationType.NONE)
                .initializers(application -> {
                    application.getBeanFactory().addBeanPostProcessor(probe);
                    application.getBeanFactory().registerSingleton("carrier", (Carrier) order -> {
                        journal.write("delivered", order);
                        stopPoint.reached("delivered", order);
                    });
                })
                .run(
                        "--spring.main.banner-mode=off",
                        "--wal.directory=" + home.resolve("wal"),
                        "--wal.segment.size=256KB",
                        "--spring.modulith.events.republish-outstanding-events-on-restart=true");
        return new CrashShop(context, journal, stopPoint, probe);
    }

    /** For the test that started this process. */
    static void say(String line) {
        System.out.println("shop: " + line);
    }

    private void place(long order) {
        context.getBean(Orders.class).place(order, placed -> stopPoint.reached("published", placed));
        journal.write("committed", order);
    }

    /** Places orders, some in transactions that roll back, and reports how many were committed. */
    private void load(long first) {
        Orders orders = context.getBean(Orders.class);
        AtomicLong next = new AtomicLong(first);
        AtomicInteger committed = new AtomicInteger();
        Semaphore outstanding = probe.completions();
        outstanding.release(OUTSTANDING_MAX);
        for (int i = 0; i < PUBLISHERS; i++) {
            new Thread(() -> {
                        while (true) {
                            long order = next.getAndIncrement();
                            if (order % ROLLED_BACK_ONE_IN == 0) {
                                rollBack(orders, order);
                                continue;
                            }
                            outstanding.acquireUninterruptibly();
                            orders.place(order);
                            journal.write("committed", order);
                            int count = committed.incrementAndGet();
                            if (count % COMMITS_PER_REPORT == 0) {
                                say("committed " + count);
                            }
                        }
                    })
                    .start();
        }
    }

    private void rollBack(Orders orders, long order) {
        journal.write("rolled-back", order);
        try {
            orders.place(order, placed -> {
                throw new RollBack();
            });
        } catch (RollBack e) {
            return;
        }
        throw new IllegalStateException("Order " + order + " was placed");
    }

    private static final class RollBack extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Waits until everything is delivered, notes what is there, and ends in order. */
    private void drain() throws InterruptedException {
        EventPublicationRepository repository = context.getBean(EventPublicationRepository.class);
        while (!repository.findIncompletePublications().isEmpty()) {
            if (!probe.completions().tryAcquire(COMPLETION_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Still not delivered: " + repository.findIncompletePublications());
            }
        }
        context.getBean(Orders.class).placed().forEach(order -> journal.write("placed", order));
        context.getBean(Shipping.class).shipped().forEach((order, count) -> {
            for (int i = 0; i < count; i++) {
                journal.write("shipped", order);
            }
        });
        context.close();
        say("drained");
    }
}
