package dev.wal.interleaving;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;

/**
 * Loads the code under test anew, with everything through which threads meet replaced: locks, parking, queues, threads and the clock by models, and a
 * step before each access to an atomic, a concurrent collection or a volatile field.
 *
 * <p>Plain fields are not steps: what this finds are faults of order, not of visibility.
 */
final class ModelLoader extends ClassLoader {
    private static final String MODELS = "dev/wal/interleaving/";
    private static final String THREAD = "java/lang/Thread";
    private static final String MODEL_THREAD = MODELS + "ModelThread";
    private static final String SYSTEM = "java/lang/System";
    private static final String CONCURRENT = "java/util/concurrent/";

    private static final Map<String, String> REPLACED = Map.of(
            CONCURRENT + "locks/ReentrantLock", MODELS + "ModelLock",
            CONCURRENT + "locks/LockSupport", MODELS + "ModelThread$Parking",
            CONCURRENT + "LinkedBlockingQueue", MODELS + "ModelQueue",
            CONCURRENT + "Semaphore", MODELS + "ModelSemaphore",
            CONCURRENT + "CountDownLatch", MODELS + "ModelLatch",
            CONCURRENT + "ThreadPoolExecutor", MODELS + "ModelExecutor",
            CONCURRENT + "ThreadPoolExecutor$DiscardPolicy", MODELS + "ModelExecutor$DiscardPolicy");

    private static final Map<String, String> REPLACED_THREAD_METHODS =
            Map.of("join()V", "join", "isAlive()Z", "isAlive", "yield()V", "letOthersRun");

    private static final Set<String> REWRITTEN =
            Set.of("dev.wal", "dev.wal.state", "dev.wal.log", "dev.wal.checkpoint", "dev.wal.recovery");

    private final Map<String, Set<String>> volatileFields = new HashMap<>();

    ModelLoader() {
        super(ModelLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        int dot = name.lastIndexOf('.');
        if (dot < 0 || !REWRITTEN.contains(name.substring(0, dot))) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? rewrite(name) : loaded;
        }
    }

    private Class<?> rewrite(String name) throws ClassNotFoundException {
        try {
            ClassReader reader = reader(name.replace('.', '/'));
            ClassWriter writer = new ClassWriter(0);
            ClassVisitor remapped = new ClassRemapper(writer, new SimpleRemapper(Opcodes.ASM9, REPLACED));
            reader.accept(new StepInserter(remapped), 0);
            byte[] bytes = writer.toByteArray();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private ClassReader reader(String internalName) throws IOException {
        try (InputStream in = getParent().getResourceAsStream(internalName + ".class")) {
            if (in == null) {
                throw new IOException("no class " + internalName);
            }
            return new ClassReader(in);
        }
    }

    private boolean isVolatile(String owner, String field) {
        return owner.startsWith("dev/wal/")
                && volatileFields
                        .computeIfAbsent(owner, this::findVolatileFields)
                        .contains(field);
    }

    private Set<String> findVolatileFields(String owner) {
        Set<String> found = new HashSet<>();
        ClassVisitor collector = new ClassVisitor(Opcodes.ASM9) {
            @Override
            public FieldVisitor visitField(int access, String name, String type, String signature, Object value) {
                if ((access & Opcodes.ACC_VOLATILE) != 0) {
                    found.add(name);
                }
                return null;
            }
        };
        try {
            reader(owner).accept(collector, ClassReader.SKIP_CODE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    private final class StepInserter extends ClassVisitor {
        private StepInserter(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] exceptions) {
            return new MethodRewriter(super.visitMethod(access, name, type, signature, exceptions));
        }
    }

    private final class MethodRewriter extends MethodVisitor {
        private MethodRewriter(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        private void step() {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, MODELS + "Scheduler", "step", "()V", false);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String type) {
            if (isVolatile(owner, name)) {
                step();
            }
            super.visitFieldInsn(opcode, owner, name, type);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            super.visitTypeInsn(opcode, opcode == Opcodes.NEW && type.equals(THREAD) ? MODEL_THREAD : type);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
            if (owner.equals(THREAD)) {
                visitThreadMethod(opcode, name, type);
            } else if (owner.equals(SYSTEM) && name.equals("nanoTime")) {
                super.visitMethodInsn(opcode, MODEL_THREAD, "time", type, false);
            } else {
                if (isShared(owner) && !name.equals("<init>")) {
                    step();
                }
                super.visitMethodInsn(opcode, owner, name, type, isInterface);
            }
        }

        private void visitThreadMethod(int opcode, String name, String type) {
            String replacement = REPLACED_THREAD_METHODS.get(name + type);
            if (name.equals("<init>")) {
                super.visitMethodInsn(opcode, MODEL_THREAD, name, type, false);
            } else if (replacement != null) {
                String self = opcode == Opcodes.INVOKESTATIC ? "()" : "(L" + THREAD + ";)";
                super.visitMethodInsn(Opcodes.INVOKESTATIC, MODEL_THREAD, replacement, self + type.substring(2), false);
            } else {
                super.visitMethodInsn(opcode, THREAD, name, type, false);
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap, Object... arguments) {
            Object[] replaced = arguments.clone();
            for (int i = 0; i < replaced.length; i++) {
                if (replaced[i] instanceof Handle handle
                        && handle.getOwner().equals(SYSTEM)
                        && handle.getName().equals("nanoTime")) {
                    replaced[i] = new Handle(handle.getTag(), MODEL_THREAD, "time", handle.getDesc(), false);
                }
            }
            super.visitInvokeDynamicInsn(name, type, bootstrap, replaced);
        }

        private boolean isShared(String owner) {
            return owner.startsWith(CONCURRENT + "atomic/") || owner.startsWith(CONCURRENT + "Concurrent");
        }
    }
}
