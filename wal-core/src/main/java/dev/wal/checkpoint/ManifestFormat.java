package dev.wal.checkpoint;

import dev.wal.common.WalCorruptedException;
import dev.wal.common.WalFormatException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Bytes of the manifest; see docs/format.md, "Manifest". */
final class ManifestFormat {
    private static final long MAGIC = 0x464D_4C41_5756_4544L; // "DEVWALMF"
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int MUST_UNDERSTAND_OFFSET = 12;
    private static final int PARTITIONS_OFFSET = 20;
    private static final int LOG_ID_OFFSET = 24;
    private static final int INCARNATION_OFFSET = 32;
    private static final int FIRST_SEGMENT_OFFSET = 36;
    private static final int MARK_OFFSET = 40;
    private static final int FIXED_SIZE = 48;
    private static final int PARTITION_SIZE = 12;
    private static final int CHECKPOINT_SIZE = 34;
    private static final int MAX_CHECKPOINTS = 2;

    private ManifestFormat() {}

    static ByteBuffer encode(Manifest manifest) {
        int size = FIXED_SIZE + Integer.BYTES;
        for (Manifest.Partition partition : manifest.partitions()) {
            size += PARTITION_SIZE;
            for (PartitionCheckpoint checkpoint : partition.checkpoints()) {
                size += CHECKPOINT_SIZE + checkpoint.snapshot().length();
            }
        }
        ByteBuffer target = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        target.putLong(MAGIC)
                .putInt(VERSION)
                .putInt(0)
                .putInt(0)
                .putInt(manifest.partitions().size());
        target.putLong(manifest.logId()).putInt(manifest.incarnation()).putInt(manifest.firstSegment());
        target.putLong(manifest.mark());
        for (Manifest.Partition partition : manifest.partitions()) {
            target.putLong(partition.nextLsn()).putInt(partition.checkpoints().size());
            for (PartitionCheckpoint checkpoint : partition.checkpoints()) {
                target.putLong(checkpoint.lsn()).putLong(checkpoint.position()).putLong(checkpoint.redoPosition());
                // File names are ASCII.
                byte[] name = checkpoint.snapshot().getBytes(StandardCharsets.US_ASCII);
                target.putLong(checkpoint.timeMicros())
                        .putShort((short) name.length)
                        .put(name);
            }
        }
        target.putInt(checksum(target, target.position()));
        return target.flip();
    }

    static Manifest decode(ByteBuffer source, String file) {
        source.order(ByteOrder.LITTLE_ENDIAN);
        int size = source.limit();
        if (size < FIXED_SIZE + Integer.BYTES || source.getLong(0) != MAGIC) {
            throw damaged(file, "it was emptied, cut or overwritten");
        }
        if (source.getInt(size - Integer.BYTES) != checksum(source, size - Integer.BYTES)) {
            throw damaged(file, "its checksum does not match");
        }
        if (source.getInt(VERSION_OFFSET) != VERSION || source.getInt(MUST_UNDERSTAND_OFFSET) != 0) {
            throw new WalFormatException("Manifest " + file + " has format version " + source.getInt(VERSION_OFFSET)
                    + " and features 0x" + Integer.toHexString(source.getInt(MUST_UNDERSTAND_OFFSET))
                    + "; this program knows version " + VERSION + " without features. Use a newer program.");
        }
        List<Manifest.Partition> partitions = decodePartitions(source, file);
        return new Manifest(
                source.getLong(LOG_ID_OFFSET),
                source.getInt(INCARNATION_OFFSET),
                source.getInt(FIRST_SEGMENT_OFFSET),
                source.getLong(MARK_OFFSET),
                partitions);
    }

    private static List<Manifest.Partition> decodePartitions(ByteBuffer source, String file) {
        List<Manifest.Partition> partitions = new ArrayList<>();
        int end = source.limit() - Integer.BYTES;
        source.position(FIXED_SIZE);
        try {
            for (int left = source.getInt(PARTITIONS_OFFSET); left > 0; left--) {
                partitions.add(decodePartition(source, file));
            }
        } catch (BufferUnderflowException e) {
            throw damaged(file, "it ends before its content");
        }
        if (source.position() != end || partitions.isEmpty()) {
            throw damaged(file, "its length does not fit its content");
        }
        return partitions;
    }

    private static Manifest.Partition decodePartition(ByteBuffer source, String file) {
        long nextLsn = source.getLong();
        int count = source.getInt();
        if (count < 0 || count > MAX_CHECKPOINTS) {
            throw damaged(file, "a partition has an impossible number of checkpoints");
        }
        List<PartitionCheckpoint> checkpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long lsn = source.getLong();
            long position = source.getLong();
            long redoPosition = source.getLong();
            long timeMicros = source.getLong();
            byte[] name = new byte[Short.toUnsignedInt(source.getShort())];
            source.get(name);
            checkpoints.add(new PartitionCheckpoint(
                    lsn, position, redoPosition, timeMicros, new String(name, StandardCharsets.US_ASCII)));
        }
        return new Manifest.Partition(nextLsn, checkpoints);
    }

    private static WalCorruptedException damaged(String file, String what) {
        return new WalCorruptedException("Manifest " + file + " is damaged: " + what + ". Restore it from a backup.");
    }

    private static int checksum(ByteBuffer bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate().position(0).limit(length));
        return (int) checksum.getValue();
    }
}
