package io.weft.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Records what a logger is told, instead of printing it, until it is closed. */
public final class LogRecorder implements AutoCloseable {

    private final Logger logger;
    private final boolean usedParents;
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Handler handler = new Recording();

    /** Listens to the logger of that name. */
    public LogRecorder(String name) {
        logger = Logger.getLogger(name);
        usedParents = logger.getUseParentHandlers();
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    /** The text of the warnings and errors, in order. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(usedParents);
    }

    private final class Recording extends Handler {

        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
                warnings.add(formatter.formatMessage(record));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
