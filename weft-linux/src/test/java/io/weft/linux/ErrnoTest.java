package io.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ErrnoTest {

    private static final Map<String, String> SECOND_NAMES =
            Map.of("EWOULDBLOCK", "EAGAIN", "EDEADLOCK", "EDEADLK", "ENOTSUP", "EOPNOTSUPP");

    @Test
    void everyConstantHasItsNameInTheTable() throws IllegalAccessException {
        Map<Integer, String> names = new TreeMap<>();
        for (Field field : Errno.class.getFields()) {
            String name = SECOND_NAMES.getOrDefault(field.getName(), field.getName());
            if (name.startsWith("E")) {
                names.put(field.getInt(null), name);
            }
        }
        assertThat(names).hasSize(Errno.MAX - 2).doesNotContainKeys(41, 58);
        names.forEach((errno, name) -> assertThat(Errno.name(errno)).isEqualTo(name));
    }

    @Test
    void namesAgreeWithTheCLibrary() throws Throwable {
        MethodHandle strerror = strerror();
        for (int errno = 1; errno <= Errno.MAX; errno++) {
            String native_ = text((MemorySegment) strerror.invokeExact(errno));
            boolean unused = native_.startsWith("Unknown error");
            assertThat(Errno.name(errno).startsWith("errno"))
                    .as("errno %d is %s", errno, native_)
                    .isEqualTo(unused);
        }
        assertThat(text((MemorySegment) strerror.invokeExact(Errno.MAX + 1))).contains("Unknown");
        assertThat(text((MemorySegment) strerror.invokeExact(Errno.ECONNREFUSED)))
                .isEqualToIgnoringCase("connection refused");
        assertThat(text((MemorySegment) strerror.invokeExact(Errno.EHWPOISON)))
                .isEqualToIgnoringCase("memory page has hardware error");
    }

    @Test
    void describeGivesNameAndMeaning() {
        assertThat(Errno.describe(Errno.ECONNREFUSED))
                .isEqualTo("ECONNREFUSED: connection refused");
        assertThat(Errno.describe(Errno.EMFILE)).startsWith("EMFILE: too many open files");
    }

    @Test
    void unknownNumbersAreShownAsNumbers() {
        assertThat(Errno.name(41)).isEqualTo("errno 41");
        assertThat(Errno.name(0)).isEqualTo("errno 0");
        assertThat(Errno.name(-1)).isEqualTo("errno -1");
        assertThat(Errno.describe(500)).isEqualTo("errno 500: unknown error");
    }

    @SuppressWarnings("restricted")
    private static MethodHandle strerror() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("strerror"),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }

    @SuppressWarnings("restricted")
    private static String text(MemorySegment pointer) {
        return pointer.reinterpret(256).getString(0);
    }
}
