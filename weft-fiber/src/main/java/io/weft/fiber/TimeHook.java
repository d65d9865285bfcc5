package io.weft.fiber;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_VOLATILE;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.function.LongUnaryOperator;

/**
 * A class in {@code java.lang} that knows the time of a test: an agent makes classes of the JDK
 * call it in place of {@link System} and of the JDK's own clock. It has the methods of those, and
 * asks a function of ours first.
 */
public final class TimeHook {

    /** The name of the class, as in a class file. */
    public static final String NAME = "java/lang/WeftTime";

    /** Asks for what {@link System#nanoTime} would say. */
    public static final long MONOTONIC = 0;

    /** Asks for the nanoseconds since 1970. */
    public static final long SINCE_EPOCH = 1;

    /** The answer that the caller has the time of the machine. */
    public static final long REAL = Long.MIN_VALUE;

    private static final String SOURCE = "source";
    private static final String ASK = "ask";
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final ClassDesc HOOK = ClassDesc.of("java.lang.WeftTime");
    private static final ClassDesc SYSTEM = ClassDesc.of("java.lang.System");
    private static final ClassDesc VM = ClassDesc.of("jdk.internal.misc.VM");
    private static final ClassDesc FUNCTION = ClassDesc.of("java.util.function.LongUnaryOperator");
    private static final MethodTypeDesc TO_LONG = MethodTypeDesc.of(ConstantDescs.CD_long);
    private static final MethodTypeDesc LONG_TO_LONG =
            MethodTypeDesc.of(ConstantDescs.CD_long, ConstantDescs.CD_long);

    private TimeHook() {}

    /**
     * Makes the class, or gives the one that is there another function.
     *
     * @param source is asked {@link #MONOTONIC} or {@link #SINCE_EPOCH} on any thread, in code of
     *     the JDK that parks it: must not park, lock, throw or load a class
     * @throws IllegalStateException if this JVM does not let us
     */
    public static void install(LongUnaryOperator source) {
        try {
            hook().getField(SOURCE).set(null, source);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalStateException(
                    "fiber: the JDK takes no hook for its time: "
                            + Fibers.unavailabilityCause().orElse("it is another one than 25"),
                    e);
        }
    }

    private static Class<?> hook() throws ReflectiveOperationException {
        try {
            return Class.forName(NAME.replace('/', '.'));
        } catch (ClassNotFoundException firstTime) {
            return MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                    .defineClass(bytes());
        }
    }

    private static byte[] bytes() {
        int open = ACC_PUBLIC | ACC_STATIC;
        return ClassFile.of()
                .build(
                        HOOK,
                        type ->
                                type.withFlags(ACC_PUBLIC | ACC_FINAL)
                                        .withField(SOURCE, FUNCTION, open | ACC_VOLATILE)
                                        .withMethodBody(ASK, LONG_TO_LONG, open, TimeHook::ask)
                                        .withMethodBody(
                                                "nanoTime", TO_LONG, open, TimeHook::nanoTime)
                                        .withMethodBody(
                                                "currentTimeMillis",
                                                TO_LONG,
                                                open,
                                                TimeHook::currentTimeMillis)
                                        .withMethodBody(
                                                "getNanoTimeAdjustment",
                                                LONG_TO_LONG,
                                                open,
                                                TimeHook::getNanoTimeAdjustment));
    }

    /** {@code return source.applyAsLong(what);} */
    private static void ask(CodeBuilder code) {
        code.getstatic(HOOK, SOURCE, FUNCTION)
                .lload(0)
                .invokeinterface(FUNCTION, "applyAsLong", LONG_TO_LONG)
                .lreturn();
    }

    /** {@code long now = ask(what); if (now == REAL) goto real;}, with now on the stack. */
    private static void askOr(CodeBuilder code, long what, Label real) {
        code.loadConstant(what)
                .invokestatic(HOOK, ASK, LONG_TO_LONG)
                .dup2()
                .loadConstant(REAL)
                .lcmp()
                .ifeq(real);
    }

    private static void nanoTime(CodeBuilder code) {
        Label real = code.newLabel();
        askOr(code, MONOTONIC, real);
        code.lreturn();
        code.labelBinding(real).pop2().invokestatic(SYSTEM, "nanoTime", TO_LONG).lreturn();
    }

    private static void currentTimeMillis(CodeBuilder code) {
        Label real = code.newLabel();
        askOr(code, SINCE_EPOCH, real);
        code.loadConstant(NANOS_PER_MILLI).ldiv().lreturn();
        code.labelBinding(real).pop2().invokestatic(SYSTEM, "currentTimeMillis", TO_LONG).lreturn();
    }

    /** What {@code java.time.Clock} asks: nanoseconds since a number of seconds since 1970. */
    private static void getNanoTimeAdjustment(CodeBuilder code) {
        Label real = code.newLabel();
        askOr(code, SINCE_EPOCH, real);
        code.lload(0).loadConstant(NANOS_PER_SECOND).lmul().lsub().lreturn();
        code.labelBinding(real)
                .pop2()
                .lload(0)
                .invokestatic(VM, "getNanoTimeAdjustment", LONG_TO_LONG)
                .lreturn();
    }
}
