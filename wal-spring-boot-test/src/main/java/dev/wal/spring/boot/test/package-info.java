/** Tests of applications that use the log: {@link dev.wal.spring.boot.test.AutoConfigureWal}, {@link dev.wal.spring.boot.test.WalAssertions} and {@link dev.wal.spring.boot.test.CrashedLog}. */
@NullMarked
package dev.wal.spring.boot.test;

import org.jspecify.annotations.NullMarked;
