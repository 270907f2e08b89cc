package dev.wal.interleaving;

import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Stands for {@link java.util.concurrent.LinkedBlockingQueue}. */
public final class ModelQueue<E> extends AbstractQueue<E> implements BlockingQueue<E> {
    private final Deque<E> elements = new ArrayDeque<>();

    @Override
    public boolean offer(E element) {
        Scheduler.step();
        return elements.offer(element);
    }

    @Override
    public void put(E element) {
        offer(element);
    }

    @Override
    public boolean offer(E element, long timeout, TimeUnit unit) {
        return offer(element);
    }

    @Override
    public E take() {
        Scheduler.current().await("an element of a queue", () -> !elements.isEmpty());
        return elements.poll();
    }

    @Override
    public E poll() {
        Scheduler.step();
        return elements.poll();
    }

    @Override
    public E poll(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public E peek() {
        Scheduler.step();
        return elements.peek();
    }

    @Override
    public Iterator<E> iterator() {
        return elements.iterator();
    }

    @Override
    public int size() {
        Scheduler.step();
        return elements.size();
    }

    @Override
    public int remainingCapacity() {
        return Integer.MAX_VALUE;
    }

    @Override
    public int drainTo(Collection<? super E> target) {
        return drainTo(target, Integer.MAX_VALUE);
    }

    @Override
    public int drainTo(Collection<? super E> target, int most) {
        Scheduler.step();
        int taken = 0;
        while (taken < most && !elements.isEmpty()) {
            target.add(elements.poll());
            taken++;
        }
        return taken;
    }
}
