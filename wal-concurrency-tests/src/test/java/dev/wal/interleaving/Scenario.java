package dev.wal.interleaving;

/** Something that several threads do at once. Loaded anew, with the code under test; has a constructor without parameters. */
public interface Scenario {

    /** Called in a thread of the scheduler. Returns when it likes; the run ends when all threads have. */
    void run(Run run) throws Exception;

    /** One run of a scenario. */
    final class Run {
        private final Scheduler scheduler;

        Run(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        /** Something that a thread does. */
        @FunctionalInterface
        public interface Action {
            void run() throws Exception;
        }

        /** Has an action done by another thread. */
        public Thread start(String name, Action action) {
            ModelThread thread = new ModelThread(scheduler, () -> act(action), name);
            thread.start();
            return thread;
        }

        /** Returns once a thread has ended. */
        public void join(Thread thread) {
            ModelThread.join(thread);
        }

        /** Returns once a condition holds that other threads bring about. */
        public void await(String what, java.util.function.BooleanSupplier condition) {
            scheduler.await(what, condition);
        }

        /** Somebody else may go on here. */
        public void step() {
            scheduler.point();
        }

        /** A number from 0, the same for the same seed. */
        public int choose(int choices) {
            return scheduler.random().nextInt(choices);
        }

        static void act(Action action) {
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
