package io.weft.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects to be used again instead of made again, at hand for each P.
 *
 * {@snippet :
 * StringBuilder line = builders.get();
 * try {
 *     use(line);
 * } finally {
 *     line.setLength(0);
 *     builders.put(line);
 * }
 * }
 *
 * <p>The semantics are Go's ({@code sync.Pool}). An object that was put back comes out at most
 * once, perhaps never, and nobody may rely on which. Who puts one back does not use it afterwards.
 * {@link #get} looks on its own P first, then on the others, then among those of the last
 * generation.
 *
 * <p><b>Bounds.</b> A P keeps {@value #CELLS} objects; what does not fit is left to the collector.
 * The collector ends a generation, as in Go: what nobody has asked for between two collections is
 * dropped, also by a pool that nobody uses any more. So a pool follows the load within two
 * collections. Soft references would keep everything until the heap is nearly full, by a clock that
 * is set for caches, and each of them would be work for the collector.
 *
 * <p>All methods may be called from any thread; one that is no goroutine has the place of some P.
 * They never block. What was done before an object is put is visible to who gets it: each cell
 * changes by a volatile compare-and-set only, whose owner is who has changed it to null.
 *
 * <p>A goroutine may lose its P between the look at its number and the cell, so the cells are
 * nobody's own; the number of the P only keeps others away nearly always.
 *
 * @param <T> of the objects
 */
public final class PLocal<T> {

    /** How many objects each P keeps: a cache line of compressed references. */
    public static final int CELLS = 16;

    /** More Ps than that share places. */
    private static final int PLACES_MAX = 256;

    /** A number without a pattern (the golden ratio): spreads the numbers of threads. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private static final @Nullable Object[] NONE = {};

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle VICTIM;

    static {
        try {
            VICTIM = MethodHandles.lookup().findVarHandle(PLocal.class, "victim", Object[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Supplier<? extends T> supplier;

    /** A power of two. */
    private final int places;

    /** Of this generation. */
    private volatile @Nullable Object[] current;

    /** Of the generation before; nothing is put there. */
    private volatile @Nullable Object[] victim = NONE;

    /**
     * Begins empty.
     *
     * @param supplier makes an object when there is none; not null
     */
    public PLocal(Supplier<? extends T> supplier) {
        this(supplier, true);
    }

    /** With generations that end by {@link #endGeneration} alone, or by each collection as well. */
    PLocal(Supplier<? extends T> supplier, boolean watches) {
        this.supplier = Objects.requireNonNull(supplier, "supplier");
        var host = Hosts.ofGoroutine();
        int processors = host == null ? 1 : host.processors();
        int wanted = Math.max(processors, Runtime.getRuntime().availableProcessors());
        places = Integer.highestOneBit(Math.min(wanted, PLACES_MAX) * 2 - 1);
        current = new @Nullable Object[places * CELLS];
        if (watches) {
            CollectorWatch.onEach(this);
        }
    }

    /**
     * An object that was put back, or a new one.
     *
     * @throws NullPointerException if the supplier gives null
     */
    @SuppressWarnings("unchecked") // only such objects are ever put
    public T get() {
        int first = firstCell();
        Object found = take(current, first);
        if (found == null) {
            found = takeVictim(first);
        }
        return found != null
                ? (T) found
                : Objects.requireNonNull(supplier.get(), "the supplier of a pool gives no null");
    }

    /** Gives an object back for others to use. When its P keeps enough, nothing happens. */
    public void put(T value) {
        Objects.requireNonNull(value, "null cannot be used again: put what get has returned");
        @Nullable Object[] cells = current;
        int first = firstCell();
        for (int index = first; index < first + CELLS; index++) {
            if (CELL.getOpaque(cells, index) == null
                    && CELL.compareAndSet(cells, index, null, value)) {
                return;
            }
        }
    }

    /** What is there becomes the generation before, and what was that is dropped. */
    void endGeneration() {
        @Nullable Object[] ended = current;
        if (isEmpty(ended)) {
            victim = NONE;
        } else {
            current = new @Nullable Object[ended.length];
            victim = ended; // what is put there late can be found still
        }
    }

    private static boolean isEmpty(@Nullable Object[] cells) {
        for (int index = 0; index < cells.length; index++) {
            if (CELL.getOpaque(cells, index) != null) {
                return false;
            }
        }
        return true;
    }

    /** Of the place of the caller. */
    private int firstCell() {
        var host = Hosts.ofGoroutine();
        int processor = host == null ? -1 : host.currentProcessor();
        int place =
                processor >= 0
                        ? processor
                        : (int) ((Thread.currentThread().threadId() * SPREAD) >>> Integer.SIZE);
        return (place & (places - 1)) * CELLS;
    }

    private @Nullable Object takeVictim(int first) {
        @Nullable Object[] cells = victim;
        if (cells.length == 0) {
            return null;
        }
        Object found = take(cells, first);
        if (found == null) {
            VICTIM.compareAndSet(this, cells, NONE); // nobody looks there in vain again
        }
        return found;
    }

    /** From the caller's place on through all of them. */
    private static @Nullable Object take(@Nullable Object[] cells, int first) {
        for (int i = 0; i < cells.length; i++) {
            int index = (first + i) & (cells.length - 1);
            Object value = CELL.getOpaque(cells, index);
            if (value != null && CELL.compareAndSet(cells, index, value, null)) {
                return value;
            }
        }
        return null;
    }
}
