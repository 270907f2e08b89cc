/** The ledger over HTTP: JSON in and out, errors as problem details. */
@NullMarked
package dev.wal.demo.web;

import org.jspecify.annotations.NullMarked;
