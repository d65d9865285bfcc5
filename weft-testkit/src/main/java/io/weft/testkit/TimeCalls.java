package io.weft.testkit;

import io.weft.fiber.TimeHook;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a class ask {@link TimeHook} for the time. Only its constant pool is changed: a reference
 * to {@code System.nanoTime} gets another class, which is added at the end. So code and stack maps
 * stay as they are, and there is nothing to compute anew.
 */
final class TimeCalls {

    private static final int COUNT_OFFSET = 8;
    private static final int POOL_OFFSET = 10;
    private static final int ADDED_ENTRIES = 2;
    private static final int ENTRIES_MAX = 0xFFFF;

    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int METHOD = 10;

    /** Bytes of an entry after its tag, by tag; a string has its length in front. */
    private static final int[] SIZES = {
        -1, -1, -1, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, -1, -1, 3, 2, 4, 4, 2, 2
    };

    private static final Set<String> CALLS =
            Set.of(
                    "java/lang/System.nanoTime",
                    "java/lang/System.currentTimeMillis",
                    "jdk/internal/misc/VM.getNanoTimeAdjustment");

    private final ByteBuffer bytes;
    private final int count;

    /** Where the entry with this number starts; 0 for the second half of a long one. */
    private final int[] offsets;

    private TimeCalls(byte[] classFile) {
        bytes = ByteBuffer.wrap(classFile.clone());
        count = u2(COUNT_OFFSET);
        offsets = new int[count + 1];
    }

    /** The same class with calls of the hook; null if it asks for no time. */
    static byte @Nullable [] redirected(byte[] classFile) {
        TimeCalls calls = new TimeCalls(classFile);
        int end = calls.readPool();
        return calls.count + ADDED_ENTRIES < ENTRIES_MAX && calls.redirect()
                ? calls.withHook(end)
                : null;
    }

    private int readPool() {
        int at = POOL_OFFSET;
        for (int i = 1; i < count; i++) {
            offsets[i] = at;
            int tag = bytes.get(at);
            int size = tag == UTF8 ? 2 + u2(at + 1) : SIZES[tag];
            at += 1 + size;
            if (tag == LONG || tag == DOUBLE) {
                i++;
            }
        }
        return at;
    }

    private boolean redirect() {
        boolean found = false;
        for (int i = 1; i < count; i++) {
            int at = offsets[i];
            if (at != 0 && bytes.get(at) == METHOD && CALLS.contains(methodAt(at))) {
                bytes.putShort(at + 1, (short) (count + 1));
                found = true;
            }
        }
        return found;
    }

    private String methodAt(int at) {
        int owner = offsets[u2(at + 1)];
        int nameAndType = offsets[u2(at + 3)];
        return text(u2(owner + 1)) + "." + text(u2(nameAndType + 1));
    }

    private String text(int index) {
        int at = offsets[index];
        return new String(bytes.array(), at + 3, u2(at + 1), StandardCharsets.UTF_8);
    }

    /** Puts the name of the hook and its class at the end of the pool. */
    private byte[] withHook(int end) {
        byte[] name = TimeHook.NAME.getBytes(StandardCharsets.UTF_8);
        byte[] old = bytes.array();
        ByteBuffer longer = ByteBuffer.allocate(old.length + 3 + name.length + 3);
        longer.put(old, 0, end);
        longer.put((byte) UTF8).putShort((short) name.length).put(name);
        longer.put((byte) CLASS).putShort((short) count);
        longer.put(Arrays.copyOfRange(old, end, old.length));
        longer.putShort(COUNT_OFFSET, (short) (count + ADDED_ENTRIES));
        return longer.array();
    }

    private int u2(int at) {
        return bytes.getShort(at) & 0xFFFF;
    }
}
