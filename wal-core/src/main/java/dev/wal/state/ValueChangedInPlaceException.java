package dev.wal.state;

/**
 * A value of a map is not what was committed: somebody changed the object in place, so that memory and log differ. The program is wrong: values must be immutable; make a new one, and put it.
 */
public class ValueChangedInPlaceException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    ValueChangedInPlaceException(String table, Object key) {
        super("The value of key " + key + " of '" + table
                + "' was changed in place after it had been committed, so that memory and log differ. Values must be"
                + " immutable: make a new one, and put it into the map.");
    }
}
