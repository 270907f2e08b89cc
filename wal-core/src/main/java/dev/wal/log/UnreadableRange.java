package dev.wal.log;

/**
 * Bytes of a log that were once known to be forced, or must be there, and cannot be read.
 *
 * @param file name of the segment file
 * @param offset of the first of them in the file
 * @param position of the first of them in the log, −1 if it is not known
 * @param bytes how many there are at most, up to the next frame that can be read
 * @param reason what is wrong with them
 */
public record UnreadableRange(String file, long offset, long position, long bytes, String reason) {}
