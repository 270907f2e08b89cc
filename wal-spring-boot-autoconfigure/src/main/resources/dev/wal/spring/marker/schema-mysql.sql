create table if not exists wal_marker (
    log_id bigint not null,
    transaction_id bigint not null,
    outcome char(1) not null,
    created_at timestamp not null default current_timestamp,
    primary key (log_id, transaction_id)
) engine = InnoDB;
