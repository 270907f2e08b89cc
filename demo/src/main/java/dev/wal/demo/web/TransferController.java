package dev.wal.demo.web;

import dev.wal.demo.ledger.Transfer;
import dev.wal.demo.ledger.TransferService;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/transfers")
class TransferController {
    private final TransferService transfers;

    TransferController(TransferService transfers) {
        this.transfers = transfers;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Transfer book(@RequestBody TransferRequest request) {
        return transfers.book(request.checked());
    }

    @GetMapping
    List<Transfer> list(@RequestParam(required = false) @Nullable Long account) {
        return transfers.list(account);
    }
}
