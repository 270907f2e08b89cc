package dev.wal.state;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Goes through several iterators, one after the other, each asked only when it is its turn. For one thread. */
final class ConcatenatedIterator<T> implements Iterator<T> {
    private final Iterator<? extends Iterator<T>> all;
    private Iterator<T> current = Collections.emptyIterator();

    ConcatenatedIterator(Iterator<? extends Iterator<T>> all) {
        this.all = all;
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext() && all.hasNext()) {
            current = all.next();
        }
        return current.hasNext();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current.next();
    }
}
