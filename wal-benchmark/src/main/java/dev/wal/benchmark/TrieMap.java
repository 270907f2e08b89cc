package dev.wal.benchmark;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A persistent hash trie (Bagwell, "Ideal hash trees", 2001): a change copies the path to its key, and freezing takes the root. Hashes of keys are mixed one to one, so that none are equal. */
final class TrieMap implements Freezable {
    private static final int BITS = 5;
    private static final int MASK = (1 << BITS) - 1;
    private static final Node EMPTY = new Node(0, new Object[0]);

    private volatile Node root = EMPTY;

    private static final class Node {
        private final int bitmap;

        /** A node or a leaf for each bit that is set. */
        private final Object[] children;

        private Node(int bitmap, Object[] children) {
            this.bitmap = bitmap;
            this.children = children;
        }

        private int index(int bit) {
            return Integer.bitCount(bitmap & (bit - 1));
        }
    }

    private record Leaf(Long key, Account value) {}

    private static long mix(long key) {
        long z = (key ^ key >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        return (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
    }

    private static int bit(long hash, int shift) {
        return 1 << (hash >>> shift & MASK);
    }

    @Override
    public @Nullable Account get(long key) {
        long hash = mix(key);
        Node node = root;
        for (int shift = 0; ; shift += BITS) {
            int bit = bit(hash, shift);
            if ((node.bitmap & bit) == 0) {
                return null;
            }
            Object child = node.children[node.index(bit)];
            if (child instanceof Leaf leaf) {
                return leaf.key == key ? leaf.value : null;
            }
            node = (Node) child;
        }
    }

    @Override
    public void put(long key, Account value) {
        root = with(root, mix(key), 0, new Leaf(key, value));
    }

    private static Node with(Node node, long hash, int shift, Leaf leaf) {
        int bit = bit(hash, shift);
        int index = node.index(bit);
        if ((node.bitmap & bit) == 0) {
            Object[] children = new Object[node.children.length + 1];
            System.arraycopy(node.children, 0, children, 0, index);
            children[index] = leaf;
            System.arraycopy(node.children, index, children, index + 1, node.children.length - index);
            return new Node(node.bitmap | bit, children);
        }
        Object[] children = Arrays.copyOf(node.children, node.children.length);
        children[index] = below(children[index], hash, shift + BITS, leaf);
        return new Node(node.bitmap, children);
    }

    private static Object below(Object child, long hash, int shift, Leaf leaf) {
        if (child instanceof Node node) {
            return with(node, hash, shift, leaf);
        }
        Leaf there = (Leaf) child;
        return there.key.equals(leaf.key) ? leaf : with(with(EMPTY, mix(there.key), shift, there), hash, shift, leaf);
    }

    @Override
    public View freeze() {
        Node then = root;
        return new View() {
            @Override
            public void forEach(BiConsumer<Long, Account> action) {
                show(then, action);
            }

            @Override
            public void close() {}
        };
    }

    private static void show(Node node, BiConsumer<Long, Account> action) {
        for (Object child : node.children) {
            if (child instanceof Leaf leaf) {
                action.accept(leaf.key, leaf.value);
            } else {
                show((Node) child, action);
            }
        }
    }
}
