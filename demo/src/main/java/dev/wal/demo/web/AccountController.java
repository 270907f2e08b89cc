package dev.wal.demo.web;

import dev.wal.demo.ledger.Account;
import dev.wal.demo.ledger.AccountService;
import java.net.URI;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/accounts")
class AccountController {
    private final AccountService accounts;

    AccountController(AccountService accounts) {
        this.accounts = accounts;
    }

    @PostMapping
    ResponseEntity<Account> open(@RequestBody AccountRequest request) {
        Account account = accounts.open(request.checked());
        return ResponseEntity.created(URI.create("/accounts/" + account.id())).body(account);
    }

    @GetMapping
    List<Account> list() {
        return accounts.all();
    }

    @GetMapping("/{id}")
    Account get(@PathVariable long id) {
        return accounts.get(id);
    }
}
