package dev.wal.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** LSNs from a first to a last one. */
record LsnInterval(long first, long last) {

    boolean contains(long lsn) {
        return lsn >= first && lsn <= last;
    }

    /** Understands {@code 7}, {@code 7..9}, {@code 7..} and {@code ..9}. */
    static final class Converter implements ITypeConverter<LsnInterval> {
        @Override
        public LsnInterval convert(String text) {
            int dots = text.indexOf("..");
            try {
                LsnInterval interval = dots < 0
                        ? new LsnInterval(Long.parseLong(text), Long.parseLong(text))
                        : new LsnInterval(
                                parse(text.substring(0, dots), 0), parse(text.substring(dots + 2), Long.MAX_VALUE));
                if (interval.first >= 0 && interval.first <= interval.last) {
                    return interval;
                }
            } catch (NumberFormatException e) {
                throw notAnInterval(text);
            }
            throw notAnInterval(text);
        }

        private static long parse(String number, long otherwise) {
            return number.isEmpty() ? otherwise : Long.parseLong(number);
        }

        private static TypeConversionException notAnInterval(String text) {
            return new TypeConversionException("'" + text + "' is no LSN (7) and no interval of LSNs (7..9, 7.., ..9)");
        }
    }
}
