create table if not exists ledger_entry (
    transfer bigint not null,
    account bigint not null,
    amount bigint not null,
    primary key (transfer, account)
);
