package dev.wal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.WalManager;
import dev.wal.demo.ledger.Account;
import dev.wal.demo.ledger.AccountService;
import dev.wal.demo.ledger.NewAccount;
import dev.wal.demo.ledger.NewTransfer;
import dev.wal.demo.ledger.TotalService;
import dev.wal.demo.ledger.Totals;
import dev.wal.demo.ledger.Transfer;
import dev.wal.demo.ledger.TransferService;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

class RestartTest {
    @TempDir
    Path directory;

    private record State(List<Account> accounts, List<Transfer> transfers, Totals totals) {}

    @Test
    void theStateIsTheSameAfterARestart() {
        State before;
        try (ConfigurableApplicationContext context = start()) {
            book(context, 20);
            before = state(context);
        }

        try (ConfigurableApplicationContext context = start()) {
            assertThat(state(context)).isEqualTo(before);
        }
    }

    @Test
    void theStateIsTheSameAfterACheckpointAndARestart() {
        State before;
        try (ConfigurableApplicationContext context = start()) {
            book(context, 20);
            context.getBean(WalManager.class).checkpointAll();
            book(context, 5);
            before = state(context);
        }

        try (ConfigurableApplicationContext context = start()) {
            assertThat(state(context)).isEqualTo(before);
        }
    }

    @Test
    void referencesAreKnownAfterARestart() {
        NewTransfer request = new NewTransfer(1, 2, 5, "once");
        Transfer booked;
        try (ConfigurableApplicationContext context = start()) {
            book(context, 1);
            booked = context.getBean(TransferService.class).book(request);
        }

        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBean(TransferService.class).book(request)).isEqualTo(booked);
        }
    }

    @Test
    void numbersGoOnAfterARestart() {
        try (ConfigurableApplicationContext context = start()) {
            book(context, 3);
        }

        try (ConfigurableApplicationContext context = start()) {
            Account account = context.getBean(AccountService.class).open(new NewAccount("Eve", 1));
            Transfer transfer = context.getBean(TransferService.class).book(new NewTransfer(1, 2, 1, null));

            assertThat(account.id()).isEqualTo(3);
            assertThat(transfer.id()).isEqualTo(4);
        }
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(DemoApplication.class)
                .web(WebApplicationType.NONE)
                .run("--wal.directory=" + directory, "--wal.segment.size=1MB");
    }

    private static void book(ConfigurableApplicationContext context, int transfers) {
        AccountService accounts = context.getBean(AccountService.class);
        if (accounts.all().isEmpty()) {
            accounts.open(new NewAccount("Ada", 1000));
            accounts.open(new NewAccount("Bob", 0));
        }
        for (int i = 0; i < transfers; i++) {
            context.getBean(TransferService.class).book(new NewTransfer(1, 2, 1, null));
        }
    }

    private static State state(ConfigurableApplicationContext context) {
        return new State(
                context.getBean(AccountService.class).all(),
                context.getBean(TransferService.class).list(null),
                context.getBean(TotalService.class).totals());
    }
}
